import FoundationEssentials
import Glibc

// Gives arbitrary bytes to everything that reads bytes from outside. What is wrong with them must be said in an error;
// a trap, a hang, much memory or a wrong answer is a finding.
//
//     seeds     makes a corpus to begin with, from the fixtures and the examples in docs
//     replay    each input of a folder with a folder for each target; the tests do so with Fixtures/fuzz
//     TARGET    libFuzzer: `make fuzz` builds with the trait Fuzzing, sanitizers and coverage
//
// libFuzzer changes bytes without knowing what they mean, so a checksum would end most of its inputs at once. Targets
// therefore add checksums, digests, sizes and containers themselves, and read only what lies behind them.

#if !Fuzzing
  @main
#endif
struct Fuzz {
  static let usage = """
    usage: Fuzz list | seeds CHECKOUT CORPUS | replay CORPUS
           Fuzz TARGET [OPTION...] [CORPUS...]      libFuzzer, in a build by `make fuzz`
    """

  static func main() {
    let arguments = Array(CommandLine.arguments.dropFirst())
    do {
      switch arguments.first {
      case "list" where arguments.count == 1: for target in FuzzTarget.all { print(target.name) }
      case "seeds" where arguments.count == 3: try Seeds(root: arguments[1]).write(to: arguments[2])
      case "replay" where arguments.count == 2: try replay(arguments[1])
      default:
        end(FuzzTarget.chosen == nil ? usage : "Fuzz: built without libFuzzer; use `make fuzz`")
      }
    } catch {
      end("Fuzz: \(error)")
    }
  }

  /// Prints the name of each input before it is tried, so the last one is that of a crash. One that takes a minute of
  /// processor time ends the process by a signal.
  private static func replay(_ corpus: String) throws {
    for target in FuzzTarget.all {
      let folder = "\(corpus)/\(target.name)"
      for name in ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted() {
        print("\(target.name)/\(name)")
        fflush(nil)
        var limit = itimerval(it_interval: timeval(), it_value: timeval(tv_sec: 60, tv_usec: 0))
        setitimer(CInt(ITIMER_PROF.rawValue), &limit, nil)
        target.attempt([UInt8](try Data(contentsOf: URL(filePath: "\(folder)/\(name)"))))
      }
    }
  }

  private static func end(_ problem: String) {
    _ = (problem + "\n").withCString { write(2, $0, strlen($0)) }
    exit(64)
  }
}

struct FuzzError: Error, CustomStringConvertible {
  var description: String
  init(_ description: String) { self.description = description }
}
