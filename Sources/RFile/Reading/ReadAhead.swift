import BlockFile

/// A bounded number of data blocks that helpers read and inflate before they are needed. Not thread-safe.
///
/// The caller that begins blocks keeps them in order and must finish or abandon each.
final class ReadAhead {
  let pool: CodecPool
  private let keepsStored: Bool
  /// Blocks that are being read or waiting to be finished, and their raw bytes.
  private var outstanding = 0
  private var outstandingBytes: Int64 = 0
  private var free: [LoadedBlock] = []

  /// - Parameter keepsStored: whether the stored bytes of blocks are kept.
  init(_ pool: CodecPool, keepsStored: Bool = false) {
    self.pool = pool
    self.keepsStored = keepsStored
  }

  /// False when more blocks would use too much memory, or when no helper is free to read them.
  var hasRoom: Bool {
    !pool.isBusy && outstanding < pool.readAheadLimit && outstandingBytes < Int64(CodecPool.mostBytes)
  }

  /// Starts loading a block. The region must have been checked.
  func begin(_ region: BlockRegion, of file: BCFileReader) -> LoadedBlock {
    let loaded = free.popLast() ?? LoadedBlock(keepsStored: keepsStored)
    loaded.begin(region, of: file, in: pool)
    outstanding += 1
    outstandingBytes += region.rawSize
    return loaded
  }

  /// Waits for a block, whose bytes stay valid until it is given back. Rethrows errors of the load.
  func finish(_ loaded: LoadedBlock, for loader: BlockLoader) throws { try loaded.finish(in: pool, for: loader) }

  /// Gives back a block whose bytes are no longer used, which makes room for another.
  func giveBack(_ loaded: LoadedBlock, _ region: BlockRegion) {
    outstanding -= 1
    outstandingBytes -= region.rawSize
    free.append(loaded)
  }

  /// Gives up a block that is no longer wanted.
  func abandon(_ loaded: LoadedBlock, _ region: BlockRegion) {
    outstanding -= 1
    outstandingBytes -= region.rawSize
    loaded.abandon(in: pool)
  }
}
