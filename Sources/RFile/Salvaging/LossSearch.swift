import BlockFile
import Entries

// What is missing, and between which keys? An index that names a damaged block says so: its entries lie between those
// of the good blocks of the group around it. Bytes that no index names lie between the blocks around them in the file;
// when the key after them is the lower one, a group ended there, and the other began.

/// Finds the losses of a file.
struct LossSearch {
  private let scene: Scene
  private let finds: Finds
  /// False when the file has no end that could be read.
  private let endIsKnown: Bool
  /// Bytes that are neither data nor anything else that is known.
  private let lost: ByteRanges
  /// All good blocks, by their place in the file.
  private let inFile: [SurvivingBlock]

  init(_ scene: Scene, _ finds: Finds, metaBlocks: [BlockRegion], endIsKnown: Bool) {
    self.scene = scene
    self.finds = finds
    self.endIsKnown = endIsKnown || finds.fileIndex != nil
    inFile = (scene.groups.flatMap(\.run.blocks) + finds.blocks).sorted { $0.region.offset < $1.region.offset }
    lost = ByteRanges(
      ByteRanges.rest(of: scene.bytes, without: scene.known + finds.known + metaBlocks.map(\.bytes)))
  }

  /// Reads the blocks around each loss again. Throws `SystemError` and `FileError`.
  func losses() throws -> [Loss] {
    var losses = try scene.groups.flatMap { try self.losses(of: $0) }
    if !scene.isWhole { losses += try unnamed() }
    losses.sort { $0.offset < $1.offset }
    guard !endIsKnown else { return losses }
    let last = try inFile.last.map { try keys($0).last }
    return losses + [
      Loss(
        offset: scene.end, after: last,
        reason: "the file ends without its index: how much it had is not known")
    ]
  }

  private func losses(of group: GroupSurvey) throws -> [Loss] {
    let failures = group.failures.filter { failure in
      failure.isReadable || lost.overlaps(failure.region.bytes)
    }.sorted { ($0.place, $0.region.offset) < ($1.place, $1.region.offset) }
    var losses: [Loss] = []
    var place: Int?
    for failure in failures {
      if failure.place == place {
        losses[losses.count - 1].size! += size(of: failure)
        losses[losses.count - 1].entries! += failure.entries
        continue
      }
      place = failure.place
      let blocks = group.run.blocks
      losses.append(
        Loss(
          offset: failure.region.offset, size: size(of: failure), entries: failure.entries,
          group: group.group.name, after: try failure.place > 0 ? keys(blocks[failure.place - 1]).last : nil,
          before: try failure.place < blocks.count ? keys(blocks[failure.place]).first : nil, reason: failure.reason))
    }
    return losses
  }

  /// Bytes of the file. A damaged index can name any number.
  private func size(of failure: GroupSurvey.Failure) -> Int64 {
    Int64(failure.region.bytes.clamped(to: 0..<scene.end).count)
  }

  /// Bytes that no index that can be read speaks of.
  private func unnamed() throws -> [Loss] {
    let named = ByteRanges(scene.groups.flatMap(\.failures).map(\.region.bytes))
    let allHints = finds.hints.sorted { $0.region.offset < $1.region.offset }
    return try lost.ranges.flatMap { named.rest(of: $0) }.map { bytes in
      let next = inFile.firstPlace { $0.region.offset >= bytes.lowerBound }
      let hints = allHints[allHints.firstPlace { $0.region.offset >= bytes.lowerBound }...].prefix {
        $0.region.offset < bytes.upperBound
      }.filter { bytes.contains($0.region.bytes) }
      let isNamed = ByteRanges.rest(of: bytes, without: hints.map(\.region.bytes)).isEmpty
      return Loss(
        offset: bytes.lowerBound, size: bytes.upperBound - bytes.lowerBound,
        entries: isNamed ? hints.reduce(0) { $0 + $1.entries } : nil,
        after: try next > 0 ? keys(inFile[next - 1]).last : nil,
        before: try next < inFile.count ? keys(inFile[next]).first : nil, reason: "no block can be read there")
    }
  }

  private func keys(_ block: SurvivingBlock) throws -> BlockKeys {
    try BlockKeys.of(block, scene.units, end: scene.units.source.count)
  }
}
