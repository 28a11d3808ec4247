// The files of a tablet, and the external compactions that run on it:
//
//     file:hdfs://nn1/accumulo/tables/2/t-1/F0001.rf                                1234,56  or  1234,56,1625819156894
//     file:{"path":"hdfs://..","startRow":"<base64>","endRow":"<base64>"}           1234,56      in 4.0
//     ecomp:ECID:<uuid>                                  {"inputs":[..],"kind":"SYSTEM","executorId":"DCQ1",..}
//     ecomp:ECID-<uuid>                                  {"inputs":[..],"kind":"SYSTEM","groupId":"small",..}     in 4.0
//
// Accumulo: `StoredTabletFile`, `DataFileValue`, `ExternalCompactionMetadata`, in 4.0 `CompactionMetadata`.

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
      var digits = value[start..<comma]
      // A negative time is none.
      let isNegative = count == 2 && digits.first == UInt8(ascii: "-")
      if isNegative { digits = digits.dropFirst() }
      guard let number = number(digits), count < 3 else { throw badSize(value) }
      switch count {
      case 0: file.size = number
      case 1: file.entries = number
      default: if !isNegative { file.time = number }
      }
      count += 1
      if comma == value.endIndex { break }
      start = comma + 1
    }
    guard count >= 2 else { throw badSize(value) }
    return file
  }

  /// - Parameter qualifier: the id, which tells the version.
  static func external(
    _ qualifier: Slice<UnsafeBufferPointer<UInt8>>, _ value: Slice<UnsafeBufferPointer<UInt8>>, of extent: KeyExtent
  ) throws(MetadataProblem) -> ExternalJob {
    guard let id = MetadataText.string(qualifier) else { throw MetadataTablet.badText(qualifier) }
    guard let text = MetadataText.string(value) else { throw MetadataTablet.badText(value) }
    do throws(FieldError) { return try ExternalJob(ecid: id, of: extent, json: text) } catch {
      throw MetadataProblem("an external compaction that cannot be read: \(error)")
    }
  }

  /// A row `~ecomp`.
  static func finalState(
    _ row: Slice<UnsafeBufferPointer<UInt8>>, _ value: Slice<UnsafeBufferPointer<UInt8>>
  ) throws(MetadataProblem) -> FinalState {
    guard let name = MetadataText.string(row) else { throw MetadataTablet.badText(row) }
    guard let text = MetadataText.string(value) else { throw MetadataTablet.badText(value) }
    do throws(FieldError) { return try FinalState(row: name, json: text) } catch {
      throw MetadataProblem("a final state that cannot be read: \(error)")
    }
  }

  /// A path, or in 4.0 JSON with a path and a range.
  private static func named(_ name: String) throws(FieldError) -> TabletFile {
    // JSON of which the end is missing is no path.
    guard let first = name.utf8.first,
      first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
        || first <= UInt8(ascii: " ") && StoredTabletFile.isStored(name)
    else {
      return TabletFile(file: name, size: 0)
    }
    let stored = try StoredTabletFile(json: name)
    return TabletFile(file: stored.path, size: 0, range: stored.range)
  }

  /// The value of `srv:selected`, and the user compaction that it is of; nil for an empty one.
  static func selected(
    _ value: Slice<UnsafeBufferPointer<UInt8>>
  ) throws(MetadataProblem) -> (files: SelectedFiles, operation: String)? {
    guard let text = MetadataText.string(value) else { throw MetadataTablet.badText(value) }
    do throws(FieldError) {
      guard let selected = try SelectedFilesMetadata(json: text) else { return nil }
      let files = SelectedFiles(
        files: selected.files.map(\.part), all: selected.selectedAll, completed: selected.completed)
      return (files, selected.fateId)
    } catch {
      throw MetadataProblem("selected files that cannot be read: \(error)")
    }
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
