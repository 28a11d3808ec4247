import CZlib
import FoundationEssentials

// What `importtable` of 2.1.6 does, written from the description of the format and not from the product: the archive from its
// front, the lists of files, the entries. What it refuses is an error; what it lets through although the table is broken is
// in `lint`.

/// A table as an importer would make it.
package struct ReferenceImport: Sendable {
  package struct File: Hashable, Sendable {
    package var name: String
    package var path: String
    package var size: Int64
    package var entries: Int64
    package var time: Int64?
  }

  package struct Tablet: Hashable, Sendable {
    package var endRow: [UInt8]?
    package var prevEndRow: [UInt8]?
    package var time: String?
    package var files: [File] = []
  }

  package struct Refusal: Error, CustomStringConvertible {
    package var description: String
  }

  package var properties: [String: String] = [:]
  package var tablets: [Tablet] = []
  package var lint: [String] = []
  /// The files of the directories that were moved into the table.
  package var moved: Set<String> = []

  /// Imports directories.
  /// - Throws: `Refusal`.
  package init(_ directories: [String]) throws {
    let manager = FileManager.default
    let holders = directories.filter { manager.fileExists(atPath: $0 + "/exportMetadata.zip") }
    try Self.require(holders.count == 1, "\(holders.count) directories have an archive")
    let parts = try ReferenceZip.entries(
      [UInt8](try Data(contentsOf: URL(filePath: holders[0] + "/exportMetadata.zip"))))
    if let config = parts["table_config.txt"] {
      for line in Self.lines(config) {
        let fields = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        try Self.require(fields.count == 2, "a line without =")
        properties[String(fields[0])] = String(fields[1])
      }
    }
    try Self.checkVersions(parts["accumulo_export_info.txt"])
    for directory in directories {
      for name in try manager.contentsOfDirectory(atPath: directory) where Self.isMapped(name) {
        try Self.require(moved.insert(name).inserted, "\(name) twice")
      }
    }
    try readMetadata(parts["metadata.bin"] ?? [])
    checkTablets()
  }

  private static func checkVersions(_ info: [UInt8]?) throws {
    var versions: [String: Int] = [:]
    for line in lines(info ?? []) {
      let fields = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      if fields.count == 2 { versions[String(fields[0])] = Int(fields[1]) }
    }
    try require((versions["exportVersion"] ?? 99) <= 1, "export version")
    try require((versions["srcDataVersion"] ?? 99) <= 10, "data version")
  }

  private static func isMapped(_ name: String) -> Bool {
    var parts = name.components(separatedBy: ".")
    while parts.last == "" { parts.removeLast() }
    return parts.count < 2 || ["rf", "map"].contains(parts[parts.count - 1])
  }

  private mutating func readMetadata(_ bytes: [UInt8]) throws {
    var place = 0
    var row: [UInt8]?
    while true {
      let ends = try (0..<4).map { _ in Int(try Self.integer(bytes, &place)) }
      try Self.require(ends == ends.sorted() && ends[0] >= 0 && place + ends[3] <= bytes.count, "a key that is cut off")
      let key = Array(bytes[place..<place + ends[3]])
      place += ends[3]
      _ = try Self.integer(bytes, &place)
      try Self.require(place + 5 <= bytes.count, "an entry that is cut off")
      let size = bytes[place + 1..<place + 5].reduce(0) { $0 << 8 | Int($1) }
      place += 5
      try Self.require(place + size <= bytes.count, "a value that is cut off")
      let value = Array(bytes[place..<place + size])
      place += size
      let thisRow = Array(key[..<ends[0]])
      if thisRow != row {
        row = thisRow
        let semicolon = thisRow.firstIndex(of: 59)
        tablets.append(Tablet(endRow: semicolon.map { Array(thisRow[($0 + 1)...]) }))
        hasPrevious.append(false)
      }
      let family = String(decoding: key[ends[0]..<ends[1]], as: UTF8.self)
      let isLast = try add(family, String(decoding: key[ends[1]..<ends[2]], as: UTF8.self), value)
      if isLast {
        if place < bytes.count { lint.append("bytes after the end") }
        return
      }
    }
  }

  private var hasPrevious: [Bool] = []

  private mutating func add(_ family: String, _ qualifier: String, _ value: [UInt8]) throws -> Bool {
    let last = tablets.count - 1
    switch (family, qualifier) {
    case ("file", _):
      let name = String(qualifier.split(separator: "/").last ?? "")
      try Self.require(moved.contains(name), "\(name) is in no directory")
      let numbers = String(decoding: value, as: UTF8.self).split(separator: ",").map { Int64($0) }
      try Self.require(numbers.count >= 2 && numbers[0] ?? -1 >= 0 && numbers[1] ?? -1 >= 0, "the size of \(name)")
      let time = numbers.count == 3 ? numbers[2] : nil
      tablets[last].files.append(
        File(
          name: name, path: qualifier, size: numbers[0]!, entries: numbers[1]!, time: time.flatMap { $0 < 0 ? nil : $0 }
        ))
    case ("srv", "time"): tablets[last].time = String(decoding: value, as: UTF8.self)
    case ("~tab", "~pr"):
      try Self.require(!value.isEmpty, "an empty ~pr")
      hasPrevious[last] = true
      if value[0] != 0 {
        let row = Array(value.dropFirst())
        if let end = tablets[last].endRow {
          try Self.require(row.lexicographicallyPrecedes(end), "a previous end row that is not before the end row")
        }
        tablets[last].prevEndRow = row
      }
      return tablets[last].endRow == nil
    default: throw Refusal(description: "the column \(family):\(qualifier)")
    }
    return false
  }

  private mutating func checkTablets() {
    var before: [UInt8]?
    for (number, tablet) in tablets.enumerated() {
      if tablet.time == nil { lint.append("no srv:time") }
      if number == 0 ? tablet.prevEndRow != nil : tablet.prevEndRow != before { lint.append("hole or overlap") }
      if !hasPrevious[number] { lint.append("no ~pr") }
      before = tablet.endRow
    }
    let named = Set(tablets.flatMap(\.files).map(\.name))
    for name in moved.subtracting(named).sorted() { lint.append("\(name) is in no tablet") }
    if Set(tablets.flatMap(\.files).map(\.path)).count != named.count { lint.append("one name for two files") }
  }

  private static func integer(_ bytes: [UInt8], _ place: inout Int) throws -> Int64 {
    try require(place < bytes.count, "the end in place of a number")
    let first = Int(Int8(bitPattern: bytes[place]))
    place += 1
    if first >= -112 { return Int64(first) }
    let count = first >= -120 ? -112 - first : -120 - first
    try require(place + count <= bytes.count, "a number that is cut off")
    var value: UInt64 = 0
    for byte in bytes[place..<place + count] { value = value * 256 + UInt64(byte) }
    place += count
    return first >= -120 ? Int64(bitPattern: value) : -1 - Int64(bitPattern: value)
  }

  private static func lines(_ bytes: [UInt8]) -> [String] {
    let text = String(decoding: bytes, as: UTF8.self).unicodeScalars
    var lines = [""]
    var wasReturn = false
    for scalar in text {
      if scalar == "\n", wasReturn {
        wasReturn = false
      } else if scalar == "\n" || scalar == "\r" {
        lines.append("")
        wasReturn = scalar == "\r"
      } else {
        lines[lines.count - 1].unicodeScalars.append(scalar)
        wasReturn = false
      }
    }
    if lines.last == "" { lines.removeLast() }
    return lines
  }

  static func require(_ condition: Bool, _ problem: String) throws {
    if !condition { throw Refusal(description: problem) }
  }
}

/// Java's `ZipInputStream`: from the front, by the headers before the entries.
enum ReferenceZip {
  static func entries(_ bytes: [UInt8]) throws -> [String: [UInt8]] {
    var (place, found): (Int, [String: [UInt8]]) = (0, [:])
    while number(bytes, place, 4) == 0x0403_4B50, place + 30 <= bytes.count {
      let (flags, method) = (number(bytes, place + 6, 2), number(bytes, place + 8, 2))
      var (crc, size) = (number(bytes, place + 14, 4), number(bytes, place + 18, 4))
      var start = place + 30
      let nameEnd = start + number(bytes, place + 26, 2)
      try ReferenceImport.require(nameEnd <= bytes.count && flags & 1 == 0, "a header")
      let name = String(decoding: bytes[start..<nameEnd], as: UTF8.self)
      start = nameEnd + number(bytes, place + 28, 2)
      try ReferenceImport.require(start <= bytes.count, "a header")
      let contents: [UInt8]
      if method == 8 {
        let inflated = try inflate(Array(bytes[start...]))
        contents = inflated.contents
        if flags & 8 == 0 { try ReferenceImport.require(size == inflated.used, "the size of \(name)") }
        size = inflated.used
      } else {
        try ReferenceImport.require(method == 0 && flags & 8 == 0, "only DEFLATED entries can have EXT descriptor")
        try ReferenceImport.require(start + size <= bytes.count, "the end in \(name)")
        contents = Array(bytes[start..<start + size])
      }
      place = start + size
      if flags & 8 != 0 {
        if number(bytes, place, 4) == 0x0807_4B50 { place += 4 }
        crc = number(bytes, place, 4)
        try ReferenceImport.require(number(bytes, place + 8, 4) == contents.count, "the size of \(name)")
        place += 12
      }
      let sum = contents.withUnsafeBufferPointer { crc32(0, $0.baseAddress, UInt32($0.count)) }
      try ReferenceImport.require(contents.isEmpty ? crc == 0 : Int(sum) == crc, "the checksum of \(name)")
      if found[name] == nil { found[name] = contents }
    }
    return found
  }

  private static func number(_ bytes: [UInt8], _ place: Int, _ count: Int) -> Int {
    guard place + count <= bytes.count else { return -1 }
    return bytes[place..<place + count].reversed().reduce(0) { $0 << 8 | Int($1) }
  }

  private static func inflate(_ input: [UInt8]) throws -> (contents: [UInt8], used: Int) {
    var stream = z_stream()
    guard inflateInit2_(&stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
      fatalError("zlib")
    }
    defer { inflateEnd(&stream) }
    var (input, output, contents): ([UInt8], [UInt8], [UInt8]) = (input, Array(repeating: 0, count: 1 << 16), [])
    return try input.withUnsafeMutableBufferPointer { source in
      stream.next_in = source.baseAddress
      stream.avail_in = UInt32(source.count)
      while true {
        let status = output.withUnsafeMutableBufferPointer { target in
          stream.next_out = target.baseAddress
          stream.avail_out = UInt32(target.count)
          return CZlib.inflate(&stream, Z_NO_FLUSH)
        }
        contents += output[..<(output.count - Int(stream.avail_out))]
        if status == Z_STREAM_END { return (contents, source.count - Int(stream.avail_in)) }
        try ReferenceImport.require(status == Z_OK, "deflated data")
      }
    }
  }
}
