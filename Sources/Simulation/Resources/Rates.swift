// How fast a thread compacts, in bytes of input a second, as they are in the file.
//
//     Accumulo   5 MB/s with any codec: a published test with up to 670 compactors, 120,000 entries/s of 42 bytes each,
//                where hundreds of them shared disks and network
//     actool     one thread of this program on a machine with local disks, --level auto: 1,100 MB/s with none, 117 with
//                zstd, 100 with gz; `make bench` measures it
//
// Which of the two is close to a cluster depends on its disks: say what was measured there.

package struct Rates: Sendable {
  /// Bytes a second, of executors that are not named; more than 0.
  package var others: Double
  /// By the name of the executor.
  package var named: [String: Double]

  package init(others: Double, named: [String: Double] = [:]) { (self.others, self.named) = (others, named) }

  func rate(of executor: String) -> Double { named[executor] ?? others }

  /// Accumulo in the published test.
  package static let accumulo = 5_000_000.0

  /// This program, with the codec of `table.file.compress.type`; nil for one that was not measured.
  package static func actool(codec: String) -> Double? {
    switch codec {
    case "none": 1_100_000_000
    case "zstd": 117_000_000
    case "gz": 100_000_000
    default: nil
    }
  }
}
