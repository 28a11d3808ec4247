import BlockFile
import Entries
import RFile

/// Files as they are. With the codec none nothing protects their bytes.
enum RFileTargets {
  /// Less than the default, so that a claim is not tried at length.
  static let limit = BlockLimit(bytes: 8 << 20)

  /// Opened, checked, scanned, in part and as a whole, merged with itself, and written anew.
  static func whole(_ bytes: [UInt8]) throws {
    let loader = BlockLoader(limit: limit)
    let reader = try RFileReader(ByteSource(bytes: bytes, name: "input.rf"), loader: loader)
    let check = Result { try reader.check(loader: loader, sums: true) }
    let scan = Result { try reader.merged(loader: loader).sum() }
    let rows = RowRange(from: [0x62], through: [0x72, 0xc8])
    let part = Result { try reader.merged(rows: rows, loader: loader).sum() }
    let rewriting = Result { try rewrite(bytes, loader) }
    if case .success(let sound) = check {
      Oracle.holds(Oracle.unfailing("a scan of a sound file") { try scan.get() } == sound.sum, "a scan")
      Oracle.holds(
        Oracle.unfailing("a part of a sound file") { try part.get() }.count <= sound.entries, "a part of a scan")
      let written = Oracle.unfailing("a merge of a sound file with itself") { try rewriting.get() }
      Oracle.holds(written == sound.sum + sound.sum, "a merge")
    }
    _ = try check.get()
    _ = try rewriting.get()
  }

  /// Merges a file with itself into a new one, in blocks of a few entries, which must be sound. What is wrong with the
  /// file is only noted, as far as it can be.
  private static func rewrite(_ bytes: [UInt8], _ loader: BlockLoader) throws -> EntrySum {
    let merge = try MergeInputs(
      [MergeInput("a.rf"), MergeInput("b.rf")], unsound: UnsoundInputs(),
      open: { try RFileReader(ByteSource(bytes: bytes, name: $0), loader: loader) }, loader: loader)
    let sink = ByteSink(memory: "output.rf")
    let writer = try RFileWriter(sink, options: .init(codec: .none, blockSize: 200, indexBlockSize: 100))
    try writer.startDefaultLocalityGroup()
    var sum = EntrySum()
    while let entry = try merge.next() {
      sum.add(entry)
      try writer.append(entry)
    }
    _ = try writer.finish()
    let output = Oracle.unfailing("the output of a merge") {
      try RFileReader(ByteSource(bytes: sink.memory, name: "output.rf")).check(sums: true)
    }
    Oracle.holds(output.sum == sum, "the output of a merge")
    return sum
  }

  /// Nothing of a sound file is lost, and all that is found can be read, in order.
  static func salvage(_ bytes: [UInt8]) throws {
    let source = ByteSource(bytes: bytes, name: "input.rf")
    let survey = try FileSurvey(of: source, limit: limit)
    let merge = SurvivorMerge(survey, of: source)
    let last = EntryBuffer()
    var count: Int64 = 0
    while let entry = Oracle.unfailing("the entries of a survey", { try merge.next() }) {
      if count > 0 { Oracle.holds(last.view.pointee.compareKey(entry.pointee) <= 0, "the order of what is saved") }
      last.copyKey(entry.pointee)
      count += 1
    }
    Oracle.holds(count + merge.repeated == survey.entries, "\(count) and \(merge.repeated) of \(survey.entries)")
    let sound = try? RFileReader(source, loader: BlockLoader(limit: limit)).check(loader: BlockLoader(limit: limit))
    if let sound { Oracle.holds(count >= sound.entries, "\(count) of \(sound.entries) entries saved") }
  }
}
