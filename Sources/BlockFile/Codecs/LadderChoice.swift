// Which rung does each block of a stream get? Some blocks are samples: they are compressed with every rung, and the
// cheapest good one is used from then on. Helpers compress blocks in the background, so the sizes of a sample are not
// there at once; but the file must be the same with any number of threads. So a sample counts from a fixed number of
// blocks after it, by when it was written with any number of threads:
//
//     block    0            32         64       97         128 129 ...
//              └ counts     └ sample   └ sample └ 32       │   └ 64 counts
//                at once                          counts   └ sample; the next are 256, 512, 768 ...
//
// The first block is tried before it is posted. Later, the last four samples that count decide together.
//
// The cost: a sample takes about eight times as long as other work on its block, so one in 256 costs about 3 %.

/// Chooses the rung for each block of one stream, by nothing but the blocks of the stream.
struct LadderChoice {
  let ladder: Ladder
  /// How many blocks got each rung.
  private(set) var counts: [Int]
  /// The number of the next block.
  private(set) var number = 0
  private var choice = Ladder.Choice(rung: 0)
  /// Sizes of samples, the oldest first: those that count, and those that do not count yet.
  private var samples: [[Int]] = []
  private var waiting: [(from: Int, sizes: [Int])] = []

  private static let samplesThatCount = 4
  private static let interval = 256
  /// How many blocks after a sample its sizes count: more than can be pending.
  static let delay = CodecPool.mostPending + 1

  init(_ ladder: Ladder) {
    self.ladder = ladder
    counts = ladder.rungs.map { _ in 0 }
  }

  /// Whether the next block must be tried and noted before `next` is called.
  var needsFirst: Bool { number == 0 && ladder.rungs.count > 1 }

  /// The rung for the next block, and whether the block is a sample.
  mutating func next() -> (rung: Int, isSample: Bool) {
    while let first = waiting.first, first.from <= number {
      samples = samples.suffix(Self.samplesThatCount - 1) + [waiting.removeFirst().sizes]
      let sums = samples.dropFirst().reduce(samples[0]) { sums, sizes in zip(sums, sizes).map { $0 + $1 } }
      choice = ladder.choice(sums)
    }
    defer { number += 1 }
    let rung = choice.rung(ofBlock: number)
    counts[rung] += 1
    return (rung, number > 0 && ladder.rungs.count > 1 && Self.isSample(number))
  }

  /// Notes the bytes that each of the ladder's trials took for block `number`.
  mutating func note(_ sizes: [Int], ofBlock number: Int) {
    waiting.append((number == 0 ? 0 : number + Self.delay, sizes))
  }

  private static func isSample(_ number: Int) -> Bool {
    number % interval == 0 || [32, 64, 128].contains(number)
  }
}
