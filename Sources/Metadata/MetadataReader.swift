// Turns the output of `scan -t accumulo.metadata` into tablets, one at a time, because the metadata table of a large
// cluster is gigabytes of text.
//
// The shell prints prompts and blank lines around the entries. They are skipped at the beginning and at the end. In the
// middle they are refused, because half a line is what a broken copy looks like; only the breaks between the shell's
// pages are allowed there.

internal import Files
package import Records
package import SystemPackage

/// Reads tablets from the text of the metadata table. Keeps a block of text and its tablets in memory, a few times when
/// another thread reads ahead.
package struct MetadataReader: BatchReader {
  private var lines: LineReader

  /// The number of the last line read, from 1.
  package var line: Int { lines.line }
  /// A path, or `standard input`, for use in errors.
  package var source: String { lines.source }

  /// Whether final states are read.
  private let readsExternal: Bool
  /// Those read so far. They stand behind all tablets.
  private(set) var finalStates: [FinalState] = []
  private var current: MetadataTablet?
  /// What `nextBatch` has yet to throw.
  private var failure: (any Error)?
  /// The row of the last entry, escaped.
  private var row: [UInt8] = []
  private var hasEntry = false
  /// The first line after the last entry that is not an entry. An entry after it makes it an error, unless the lines
  /// are a page break.
  private var stray: (line: Int, text: String)?
  private var hasPageBreak = false

  /// - Parameter read: fills a part of the memory and returns how much, 0 at the end.
  init(
    source: String, readsExternal: Bool = false, read: @escaping (UnsafeMutableRawBufferPointer) throws -> Int
  ) {
    self.readsExternal = readsExternal
    lines = LineReader(
      source: source, expecting: "an entry of the metadata table", blockSize: 1 << 17, read: read)
  }

  /// Reads from an open file or pipe, which the caller still owns.
  init(_ descriptor: FileDescriptor, source: String, readsExternal: Bool = false) {
    self.init(
      source: source, readsExternal: readsExternal, read: LineReader.reading(descriptor, named: source))
  }

  /// Calls for every tablet of an open file or pipe, which stays the caller's, and `gone` for every one of which only
  /// compactions are left. `source` is what errors call it. Another thread reads ahead, if there is one to be had.
  /// - Throws: as `next` does, `NoTablets` for a text without one, and what `body` throws.
  package static func forEachTablet(
    in file: FileDescriptor, named source: String, gone: (KeyExtent) throws -> Void, _ body: (Tablet) throws -> Void
  ) throws {
    try forEachRow(of: file, source, readsExternal: false) { row in
      if row.isTablet { try body(row.tablet) } else { try gone(row.tablet.extent) }
    }
  }

  /// The same with the external compactions of each tablet, also for what is left of tablets that are gone.
  package static func forEachRow(
    in file: FileDescriptor, named source: String, _ body: (MetadataRow) throws -> Void
  ) throws {
    try forEachRow(of: file, source, readsExternal: true, body)
  }

  private static func forEachRow(
    of file: FileDescriptor, _ source: String, readsExternal: Bool, _ body: (MetadataRow) throws -> Void
  ) throws {
    var isEmpty = true
    @Sendable func reader(_ file: FileDescriptor) -> MetadataReader {
      MetadataReader(file, source: source, readsExternal: readsExternal)
    }
    try ReadAhead.forEachBatch(of: file, reader) { rows in
      isEmpty = false
      for row in rows { try body(row) }
    }
    // Text without an entry may stand before and after a scan; alone it is something else than a scan.
    if isEmpty { throw NoTablets(source: source) }
  }

  /// The final states of an open file or pipe, in their order.
  /// - Throws: as `forEachTablet` does.
  package static func finalStates(in file: FileDescriptor, named source: String) throws -> [FinalState] {
    var reader = MetadataReader(file, source: source, readsExternal: true)
    var isEmpty = true
    while try reader.next() != nil { isEmpty = false }
    if isEmpty { throw NoTablets(source: source) }
    return reader.finalStates
  }

  /// The next tablet and those after it that need no reading; empty at the end.
  /// - Throws: as `next`, but only when there is no tablet before the error: the call after it throws.
  package mutating func nextBatch() throws -> [MetadataRow] {
    if let failure { throw failure }
    var batch: [MetadataRow] = []
    do {
      repeat {
        guard let row = try next() else { break }
        batch.append(row)
      } while lines.hasNext
    } catch {
      if batch.isEmpty { throw error }
      failure = error
    }
    return batch
  }

  /// The next tablet, or nil at the end.
  /// - Throws: `RecordError` for a line that makes no sense; what the source throws.
  mutating func next() throws -> MetadataRow? {
    while let range = try lines.next() {
      do throws(MetadataProblem) {
        if let row = try take(range) { return row }
      } catch {
        throw lines.error(error.text)
      }
    }
    defer { current = nil }
    do throws(MetadataProblem) { return try current?.finished() } catch {
      throw lines.error(error.text)
    }
  }

  /// The tablet that this line completes, if any.
  private mutating func take(_ range: Range<Int>) throws(MetadataProblem) -> MetadataRow? {
    var range = range
    if range.upperBound > range.lowerBound, lines.buffer[range.upperBound - 1] == 0x0D {
      range = range.lowerBound..<range.upperBound - 1
    }
    // Held in a local variable, because the call below changes `self`.
    let text = lines.buffer
    let outcome = text.withUnsafeBufferPointer { bytes -> Result<MetadataRow?, MetadataProblem> in
      Result { () throws(MetadataProblem) in try take(bytes, range) }
    }
    return try outcome.get()
  }

  private mutating func take(
    _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>
  ) throws(MetadataProblem) -> MetadataRow? {
    guard let entry = MetadataLine(bytes, in: range) else {
      if bytes[range].starts(with: "-- hit any key".utf8) {
        hasPageBreak = true
      } else {
        let isBlank = !bytes[range].contains { $0 > 0x20 }
        if stray == nil || (stray?.text.isEmpty == true && !isBlank) {
          stray = (line, isBlank ? "" : MetadataTablet.quoted(bytes[range]))
        }
      }
      return nil
    }
    if hasEntry, let stray, !(hasPageBreak && stray.text.isEmpty) {
      throw MetadataProblem(
        "expected ROW FAMILY:QUALIFIER [VISIBILITY] and a value in line \(stray.line), found \"\(stray.text)\"")
    }
    (hasEntry, stray, hasPageBreak) = (true, nil, false)
    var complete: MetadataRow?
    if !bytes.has(row, at: entry.row) {
      complete = try current?.finished()
      row.removeAll(keepingCapacity: true)
      row.append(contentsOf: bytes[entry.row])
      current = nil
      current = try MetadataTablet(row: bytes[entry.row])
    }
    try current?.add(entry, bytes)
    if readsExternal, bytes[entry.row].starts(with: "~ecomp".utf8) {
      finalStates.append(try MetadataFile.finalState(bytes[entry.row], bytes[entry.value]))
    }
    return complete
  }
}

/// A text of the metadata table without a tablet.
package struct NoTablets: Error, Hashable, CustomStringConvertible {
  /// A path, or `standard input`.
  package var source: String

  package var description: String {
    "\(source): expected what scan -t accumulo.metadata prints, found no tablet in it"
  }
}
