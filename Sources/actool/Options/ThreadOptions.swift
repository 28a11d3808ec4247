import ArgumentParser
import BlockFile
import Glibc

/// How many cores to use.
struct ThreadOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Threads for all files and jobs together, 1 to 4096. Default: one for each core.", valueName: "N"))
  var threads: Int?

  func validate() throws {
    if let threads, !(1...4096 ~= threads) {
      throw ValidationError("expected 1 to 4096 for --threads, found \(threads)")
    }
  }

  /// A new pool of `count` threads, each time.
  func makePool() -> CodecPool { CodecPool(threads: count, supply: TestFault.threads) }

  var count: Int { threads ?? max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }
}
