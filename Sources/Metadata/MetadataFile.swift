// The files of a tablet, and the external compactions that run on it:
//
//     file:hdfs://nn1/accumulo/tables/2/t-1/F0001.rf                                1234,56  or  1234,56,1625819156894
//     file:{"path":"hdfs://..","startRow":"<base64>","endRow":"<base64>"}           1234,56      from 3.1 on
//     ecomp:ECID:<uuid>                                  {"inputs":[..],"kind":"SYSTEM","executorId":"DCQ1",..}
//
// The base64 text is a row as Hadoop's `Text` writes it: its length as a variable-length integer, then its bytes. An
// empty row means no bound. Accumulo: `StoredTabletFile`, `DataFileValue`, `ExternalCompactionMetadata`.

internal import Records

enum MetadataFile {
  static func file(
    _ qualifier: Slice<UnsafeBufferPointer<UInt8>>, _ value: Slice<UnsafeBufferPointer<UInt8>>
  ) throws(MetadataProblem) -> TabletFile {
    guard let name = MetadataText.string(qualifier), !name.isEmpty else { throw MetadataTablet.badText(qualifier) }
    var file: TabletFile
    do throws(FieldError) { file = try named(name) } catch {
      throw MetadataProblem("a file that cannot be read: \(error)")
    }
    var (count, start) = (0, value.startIndex)
    while true {
      let comma = value[start...].firstIndex(of: UInt8(ascii: ",")) ?? value.endIndex
      guard let number = number(value[start..<comma]), count < 3 else { throw badSize(value) }
      if count == 0 { file.size = number } else if count == 1 { file.entries = number }
      count += 1
      if comma == value.endIndex { break }
      start = comma + 1
    }
    guard count >= 2 else { throw badSize(value) }
    return file
  }

  static func running(_ value: Slice<UnsafeBufferPointer<UInt8>>) throws(MetadataProblem) -> RunningJob {
    guard let text = MetadataText.string(value) else { throw MetadataTablet.badText(value) }
    do throws(FieldError) {
      let fields = try GsonFields(parsing: text)
      let kind = try fields.string("kind")
      guard let kind = CompactionKind(rawValue: kind) else {
        throw FieldError("kind", expected: "SYSTEM, SELECTOR, USER or CHOP", found: "\"\(kind.prefix(40))\"")
      }
      // The name of the queue, which version 4 calls a group.
      let (executor, group) = (try fields.optionalString("executorId"), try fields.optionalString("groupName"))
      let queue = executor ?? group ?? "null"
      var files: [String] = []
      for input in try fields.strings("inputs") { files.append(try named(input).file) }
      return RunningJob(kind: kind, executor: "e." + queue, files: files)
    } catch {
      throw MetadataProblem("an external compaction that cannot be read: \(error)")
    }
  }

  /// A path, or JSON with a path and a range.
  private static func named(_ name: String) throws(FieldError) -> TabletFile {
    guard name.utf8.first == UInt8(ascii: "{") else { return TabletFile(file: name, size: 0) }
    let fields = try GsonFields(parsing: name)
    let range = FileRange(prevEndRow: try row("startRow", of: fields), endRow: try row("endRow", of: fields))
    let isWhole = range.prevEndRow == nil && range.endRow == nil
    return TabletFile(file: try fields.string("path"), size: 0, range: isWhole ? nil : range)
  }

  private static func row(_ name: String, of fields: GsonFields) throws(FieldError) -> [UInt8]? {
    guard let text = try fields.optionalString(name), !text.isEmpty else { return nil }
    guard let bytes = Base64.decode(text), let row = hadoopText(bytes) else {
      throw FieldError(name, expected: "a row in base64 with its length before it", found: "\"\(text.prefix(60))\"")
    }
    return row.isEmpty ? nil : row
  }

  /// A length followed by exactly that many bytes. A length up to 127 takes one byte; for a larger one the first byte
  /// is `-112-n`, and the length follows in n bytes, the highest first.
  /// - n, and n bytes follow, the highest first.
  static func hadoopText(_ bytes: [UInt8]) -> [UInt8]? {
    guard let first = bytes.first.map({ Int8(bitPattern: $0) }) else { return nil }
    var (length, start) = (Int(first), 1)
    if first < 0 {
      let count = -112 - Int(first)
      guard (1...4).contains(count), bytes.count > count else { return nil }
      length = bytes[1...count].reduce(0) { $0 << 8 | Int($1) }
      start += count
    }
    return bytes.count - start == length ? Array(bytes[start...]) : nil
  }

  /// Decimal digits only.
  private static func number(_ digits: Slice<UnsafeBufferPointer<UInt8>>) -> Int64? {
    guard !digits.isEmpty, digits.count <= 19 else { return nil }
    var number: Int64 = 0
    for digit in digits {
      guard (48...57).contains(digit) else { return nil }
      let (tens, over) = number.multipliedReportingOverflow(by: 10)
      let (sum, more) = tens.addingReportingOverflow(Int64(digit - 48))
      guard !over, !more else { return nil }
      number = sum
    }
    return number
  }

  private static func badSize(_ value: Slice<UnsafeBufferPointer<UInt8>>) -> MetadataProblem {
    MetadataProblem(
      "expected SIZE,ENTRIES or SIZE,ENTRIES,TIME as the value of a file, found \"\(MetadataTablet.quoted(value))\"")
  }
}
