package import BlockFile
import Entries

// The first of the two passes over a damaged file: what can be read, and what cannot.
//
//     footer ── meta index ── BCFile.index: codec
//                        └── RFile.index ── groups ── index blocks ── data blocks          1. as far as it can be read
//
//     16  | data | data | #### | data | index | data | ## | sample | RFile.index | ...      2. the bytes between them:
//                         gap                          gap                                     walked
//
//     1. Each group is a run. A block is good if it decodes and belongs where the index has it (GroupSurvey).
//     2. Blocks found in gaps make runs of their own (RunBuilder). Indexes found there lead to more (StrayIndex): where
//        the end of the file is gone, `RFile.index` itself, and then all of this begins again with it.
//     3. What is then neither data nor anything else that is known is lost.

/// What of a damaged file can be read.
package struct FileSurvey: Sendable {
  package enum IndexState: String, Sendable {
    case whole, part, none
  }

  package var codec: Codec
  /// How much of the file's index can be read.
  package var index: IndexState
  package var runs: [SurvivingRun]
  /// By their place in the file.
  package var losses: [Loss]
  /// A block above the limit was left out.
  package var metLimit: Bool

  package var entries: Int64 { runs.reduce(0) { $0 + $1.entries } }
  package var blocks: Int { runs.reduce(0) { $0 + $1.blocks.count } }

  /// Looks through a file. Throws `SystemError`; `FileError` for a file that is no RFile, is encrypted, or has a codec
  /// that is not in this build; what `beat` throws, which is called from time to time.
  package init(of source: ByteSource, limit: BlockLimit, beat: @escaping () throws -> Void = {}) throws {
    let loader = BlockLoader(limit: limit)
    var refusal: FileError?
    let container = try Self.sound(&refusal) { try BCFileReader(source, loader: loader) }
    let index = try container.flatMap { file in
      try Self.sound(&refusal) { try RFileIndex(of: file, loader: loader) }
    }
    let end = container?.blocksEnd ?? source.count
    guard let codec = try container?.codec ?? CodecSearch.codec(of: source, limit: limit) else {
      throw refusal ?? FileError(path: source.path, cause: "no block of any codec can be found in it")
    }
    let units = UnitReader(source, codec: codec, limit: limit, beat: beat)
    let metaBlocks = container?.metaBlocks.map(\.region) ?? []
    var scene = try Scene(units, index, container, end: end)
    var finds = try Finds(in: scene, BlockWalk(units, metaBlocks: metaBlocks))
    let hints = finds.hints
    if let found = finds.fileIndex, index == nil {
      scene = try Scene(units, found.index, container, end: found.bytes.upperBound)
      finds = try Finds(in: scene, BlockWalk(units, hints: hints.map(\.region), metaBlocks: metaBlocks))
      finds.fileIndex = found
    } else if !hints.isEmpty {
      finds = try Finds(in: scene, BlockWalk(units, hints: hints.map(\.region), metaBlocks: metaBlocks))
    }
    finds.hints = hints
    self.codec = codec
    runs = scene.groups.map(\.run).filter { !$0.blocks.isEmpty } + finds.runs
    self.index = scene.isWhole ? .whole : scene.groups.isEmpty && finds.hints.isEmpty ? .none : .part
    losses = try LossSearch(scene, finds, metaBlocks: metaBlocks, endIsKnown: container != nil).losses()
    metLimit = units.metLimit
  }

  /// What `body` returns; nil when the file cannot be read there. A version or codec that is not supported may be
  /// damage, too, and is the reason only if nothing else can be read.
  private static func sound<T>(_ refusal: inout FileError?, _ body: () throws -> T) throws -> T? {
    do { return try body() } catch let error as FileError {
      refusal = error
      return nil
    }
  }
}

/// What the index of a file leads to.
struct Scene {
  let units: UnitReader
  /// No block lies beyond.
  let end: Int64
  private(set) var groups: [GroupSurvey] = []
  /// Blocks of samples and of the index, good or bad.
  private(set) var notData: [BlockRegion] = []
  /// The whole index can be read.
  private(set) var isWhole = false

  init(_ units: UnitReader, _ index: RFileIndex?, _ container: BCFileReader?, end: Int64) throws {
    self.units = units
    self.end = end
    guard let index, index.version >= .v6 || container != nil else { return }
    isWhole = true
    for (kind, list) in [(GroupKind.data, index.groups), (.sample, index.sampleGroups)] {
      for (number, group) in list.enumerated() {
        let root = IndexRoot(group, at: number, kind, isKept: true)
        let tour = IndexTour(units, end: end) { number in
          guard let container else { throw FileError(path: units.source.path, cause: "without regions") }
          return try root.region(number, in: container)
        }
        let survey = GroupSurvey(group, units, end: end)
        try tour.forEachBlock(of: group) { try survey.add($0) }
        isWhole = isWhole && tour.isWhole
        notData += tour.indexBlocks
        if kind == .data {
          groups.append(survey)
        } else {
          notData += survey.run.blocks.map(\.region) + survey.failures.map(\.region)
        }
        isWhole = isWhole && !survey.isContradicted
      }
    }
    // A damaged block lies between the good ones. If it does not, it is the index that is damaged.
    let gaps = ByteRanges(ByteRanges.rest(of: bytes, without: known))
    if !groups.flatMap(\.failures).allSatisfy({ gaps.contain($0.region.bytes) }) { isWhole = false }
  }

  /// The bytes that blocks can take.
  var bytes: Range<Int64> { UnitReader.firstOffset..<max(end, UnitReader.firstOffset) }

  /// Bytes of good blocks, and of those that hold no data.
  var known: [Range<Int64>] {
    groups.flatMap { $0.run.blocks.map(\.region.bytes) } + notData.map(\.bytes)
  }

  /// The parts of the file where blocks may lie that the index does not lead to.
  ///
  /// A damaged block is not searched for pieces of blocks: nothing in it can be trusted. But where damaged blocks do
  /// not fill what lies between the good ones, it may be the index that is damaged, and tells a wrong place of a good
  /// block.
  func gaps() -> [Range<Int64>] {
    let failures = groups.flatMap(\.failures)
    let readable = failures.filter(\.isReadable).map(\.region.bytes)
    let gaps = ByteRanges.rest(of: bytes, without: known + readable)
    let damaged = ByteRanges(failures.filter { !$0.isReadable }.map(\.region.bytes))
    func rest(of gap: Range<Int64>) -> [Range<Int64>] {
      ByteRanges.rest(of: gap, without: damaged.overlapping(gap).filter(gap.contains))
    }
    return isWhole ? gaps.filter { damaged.overlaps($0) && !rest(of: $0).isEmpty } : gaps.flatMap(rest)
  }
}

extension BlockRegion {
  /// Where it lies in the file; empty where no region can lie.
  var bytes: Range<Int64> {
    let (end, overflow) = offset.addingReportingOverflow(compressedSize)
    return overflow || end < offset ? offset..<offset : offset..<end
  }
}

/// What is found in gaps.
struct Finds {
  var runs: [SurvivingRun] = []
  /// What indexes say about data blocks that nothing else leads to.
  var hints: [(region: BlockRegion, entries: Int64)] = []
  var fileIndex: (index: RFileIndex, bytes: Range<Int64>)?
  /// All that was recognized.
  var known: [Range<Int64>] = []
  /// The data blocks, by their place in the file.
  var blocks: [SurvivingBlock] = []

  init() {}

  init(in scene: Scene, _ walk: BlockWalk) throws {
    let builder = RunBuilder()
    for gap in scene.gaps() {
      _ = try walk.walk(gap) { item, bytes in
        known.append(bytes)
        switch item {
        case .data(let block):
          blocks.append(block)
          try builder.add(block, walk.exam, path: scene.units.source.path)
        case .index(.file(let index)): fileIndex = (index, bytes)
        case .index(.block(let block)) where block.level == 0:
          for i in 0..<block.count {
            guard let entry = try? block.entry(i), let region = entry.region else { continue }
            hints.append((region, Int64(entry.entryCount)))
          }
        case .index, .other: break
        }
        return true
      }
    }
    runs = builder.runs
  }
}
