import Entries
import Records

extension Certificate {
  /// The certificate of a merge, from its ledger.
  /// - Parameter inputs: the names of the inputs in records, in input order.
  init(_ ledger: EntryLedger, inputs names: [String]) {
    var sums = Array(repeating: EntrySum(), count: names.count)
    var dropped: [Account] = []
    var made: [Account] = []
    var output = EntrySum()
    for (title, sum) in ledger.sums {
      switch title {
      case .input(let number): sums[number] = sum
      case .dropped(let name): if sum.count > 0 { dropped.append(Account(name: name, sum: sum)) }
      case .made(let name): if sum.count > 0 { made.append(Account(name: name, sum: sum)) }
      case .output: output = sum
      }
    }
    self.init(
      inputs: zip(names, sums).map { Account(name: $0, sum: $1) }, dropped: dropped, made: made, output: output)
  }
}
