/// XXH3-128 of bytes that arrive in pieces of any size, such as a file while it is written. The result equals
/// `XXH3.digest` of all bytes together.
package struct BytesDigest: ~Copyable {
  /// The 64 bytes before the waiting ones, then the waiting ones: at most one block, which could be the last.
  private let memory: UnsafeMutableRawPointer
  private var waiting = 0
  private var lanes = XXH3.StripeLanes()
  /// The number of bytes so far.
  package private(set) var count: UInt64 = 0

  package init() {
    memory = .allocate(byteCount: XXH3.stripeSize + XXH3.blockSize, alignment: 16)
    memory.initializeMemory(as: UInt8.self, repeating: 0, count: XXH3.stripeSize + XXH3.blockSize)
  }

  deinit { memory.deallocate() }

  private var block: UnsafeMutableRawPointer { memory + XXH3.stripeSize }

  package mutating func append(_ bytes: UnsafeRawBufferPointer) {
    guard var next = bytes.baseAddress else { return }
    var left = bytes.count
    count &+= UInt64(left)
    while left > 0 {
      // A block is hashed once more bytes are known to follow.
      if waiting == XXH3.blockSize { addBlock(block) }
      if waiting == 0, left > XXH3.blockSize {
        addBlock(next)
        next += XXH3.blockSize
        left -= XXH3.blockSize
      } else {
        let size = min(left, XXH3.blockSize - waiting)
        (block + waiting).copyMemory(from: next, byteCount: size)
        waiting += size
        next += size
        left -= size
      }
    }
  }

  private mutating func addBlock(_ bytes: UnsafeRawPointer) {
    lanes.addBlock(bytes)
    memory.copyMemory(from: bytes + (XXH3.blockSize - XXH3.stripeSize), byteCount: XXH3.stripeSize)
    waiting = 0
  }

  /// The hash of all bytes so far. More can follow.
  package var digest: Digest {
    count <= 240 ? XXH3.digest(block, count: waiting) : lanes.finish(block, waiting, total: count)
  }
}
