import BlockFile

/// Data blocks that helpers read and inflate before they are needed: never too many of them. For one thread.
///
/// Whoever begins blocks keeps them in their order and finishes or abandons each.
final class ReadAhead {
  let pool: CodecPool
  private let keepsStored: Bool
  /// Blocks that are being read or wait to be finished, and their raw bytes.
  private var outstanding = 0
  private var outstandingBytes: Int64 = 0
  private var free: [LoadedBlock] = []

  /// - Parameter keepsStored: whether the bytes of blocks are kept as they lie in the file.
  init(_ pool: CodecPool, keepsStored: Bool = false) {
    self.pool = pool
    self.keepsStored = keepsStored
  }

  /// False when more blocks would take too much memory, or when there is nobody to read them.
  var hasRoom: Bool {
    !pool.isBusy && outstanding < pool.readAheadLimit && outstandingBytes < Int64(CodecPool.mostBytes)
  }

  /// Has a block loaded. The region must have been checked.
  func begin(_ region: BlockRegion, of file: BCFileReader) -> LoadedBlock {
    let loaded = free.popLast() ?? LoadedBlock(keepsStored: keepsStored)
    loaded.begin(region, of: file, in: pool)
    outstanding += 1
    outstandingBytes += region.rawSize
    return loaded
  }

  /// Waits for a block; its bytes stay until it is given back. Throws what loading it threw.
  func finish(_ loaded: LoadedBlock, for loader: BlockLoader) throws { try loaded.finish(in: pool, for: loader) }

  /// There is room for another block: nobody looks at the bytes of this one any more.
  func giveBack(_ loaded: LoadedBlock, _ region: BlockRegion) {
    outstanding -= 1
    outstandingBytes -= region.rawSize
    free.append(loaded)
  }

  /// Nobody wants the block any more.
  func abandon(_ loaded: LoadedBlock, _ region: BlockRegion) {
    outstanding -= 1
    outstandingBytes -= region.rawSize
    loaded.abandon(in: pool)
  }
}
