/// Bins that are filled one after the other, always the emptiest; of equally empty ones the one with the lowest number.
///
/// With sizes in any order no bin gets more than the mean and the largest size together (Graham 1966); with the largest
/// sizes first the fullest bin has at most 4/3 of what is possible (Graham 1969).
package struct EmptiestFirst: Sendable {
  private struct Bin: Sendable {
    var load: Int64 = 0
    var number: Int

    func isEmptier(than other: Bin) -> Bool { (load, number) < (other.load, other.number) }
  }

  /// A binary heap: the children of place n are at 2n + 1 and 2n + 2, and neither is emptier.
  private var bins: [Bin]
  /// The load of the fullest bin; saturates.
  package private(set) var fullest: Int64 = 0

  /// - Parameter count: at least 1.
  package init(count: Int) {
    precondition(count > 0)
    bins = (0..<count).map { Bin(number: $0) }
  }

  /// - Returns: the number of the bin that gets it, from 0.
  package mutating func put(_ size: Int64) -> Int {
    var bin = bins[0]
    let number = bin.number
    bin.load = bin.load.addingSaturated(size)
    fullest = max(fullest, bin.load)
    var place = 0
    while case let left = 2 * place + 1, left < bins.count {
      let child = left + 1 < bins.count && bins[left + 1].isEmptier(than: bins[left]) ? left + 1 : left
      guard bins[child].isEmptier(than: bin) else { break }
      bins[place] = bins[child]
      place = child
    }
    bins[place] = bin
    return number
  }
}
