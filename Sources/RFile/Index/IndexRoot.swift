import BlockFile

/// The root of a group's index: kept in memory if small, otherwise read from the meta block again when needed.
struct IndexRoot: Sendable {
  let version: RFileVersion
  let level: Int
  private let startBlock: Int
  private let groupIndex: Int
  private let kind: GroupKind
  private let kept: IndexBlock?

  /// A root of up to this many bytes stays in memory. (Its bytes are those of the whole meta block.)
  static let keptBytes = 16 << 10

  init(_ group: LocalityGroup, at groupIndex: Int, _ kind: GroupKind, isKept: Bool) {
    version = group.root.version
    level = group.root.level
    startBlock = group.startBlock
    self.groupIndex = groupIndex
    self.kind = kind
    kept = isKept ? group.root : nil
  }

  func load(from file: BCFileReader, loader: BlockLoader) throws -> IndexBlock {
    if let kept { return kept }
    let index = try RFileIndex(of: file, loader: loader)
    let groups = kind == .sample ? index.sampleGroups : index.groups
    guard groupIndex < groups.count, groups[groupIndex].root.level == level else {
      throw FileError(path: file.path, place: "block \(RFileIndex.blockName)", cause: "it changed while it was read")
    }
    return groups[groupIndex].root
  }

  /// The region of a data block in files whose index entries have none (versions 3 and 4).
  func region(_ number: Int, in file: BCFileReader) throws -> BlockRegion {
    let (place, overflow) = startBlock.addingReportingOverflow(number)
    guard !overflow, file.dataRegions.indices.contains(place) else {
      throw FileError(
        path: file.path, place: "data block \(number)",
        cause: "expected one of the \(file.dataRegions.count) regions of BCFile.index, found number \(place)")
    }
    return file.dataRegions[place]
  }
}
