package import BlockFile
package import Entries

/// A data block of a damaged file that can be read, whole or, with the codec none, a stretch of entries.
package struct SurvivingBlock: Hashable, Sendable {
  package var region: BlockRegion
  package var entryCount: Int
}

/// Blocks of a damaged file whose entries are in order, one block after the other.
package struct SurvivingRun: Sendable {
  package internal(set) var blocks: [SurvivingBlock] = []
  /// False when no index says that these blocks are not a sample.
  package internal(set) var isIndexed: Bool

  package var entries: Int64 { blocks.reduce(0) { $0 + Int64($1.entryCount) } }
}

/// A part of a damaged file that could not be read.
package struct Loss: Hashable, Sendable {
  /// Of the file, in bytes. The size is nil when the file ends too soon.
  package var offset: Int64
  package var size: Int64?
  /// As an index counted them; nil: not known.
  package var entries: Int64?
  /// The locality group; nil: the default one, or not known.
  package var group: String?
  /// The surviving keys around it; nil: there is none.
  package var after: Key?
  package var before: Key?
  package var reason: String
}
