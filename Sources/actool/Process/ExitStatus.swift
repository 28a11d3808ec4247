import ArgumentParser
import Glibc
import SystemPackage

/// How the program ends. A command throws one of these when it has already printed everything, and any other error to
/// have it printed.
enum ExitStatus: Error, Equatable {
  case done
  /// Done, and it found something: a hole, a corrupt entry, an unsound file, a failed job.
  case found
  /// Could not do it.
  case failed
  case usage
  /// Not all could be done, and to run it again helps: `EX_TEMPFAIL`.
  case tryAgain
  case endedBySignal(Int32)

  var code: Int32 {
    switch self {
    case .done: 0
    case .found: 1
    case .failed: 2
    case .usage: 64
    case .tryAgain: 75
    case .endedBySignal(let number): 128 + number
    }
  }

  /// The status for an error that a command threw.
  init(_ error: any Error) {
    switch error {
    case let status as ExitStatus: self = status
    case is ClosedOutput: self = .done
    default:
      switch Actool.exitCode(for: error) {
      case .success: self = .done
      case .validationFailure: self = .usage
      default: self = .failed
      }
    }
  }

  /// Prints the problems, a line each, and throws `found` if there are any.
  static func end(withProblems problems: [String], of command: String) throws {
    for problem in problems { Messages.write("actool \(command): \(problem)") }
    if !problems.isEmpty { throw ExitStatus.found }
  }

  /// Prints the error in one line, or the whole help if that was asked for, and ends the program.
  static func end(after error: any Error, of command: String) -> Never {
    let status = ExitStatus(error)
    switch (status, error) {
    case (_, is ExitStatus), (_, is ClosedOutput): break
    case (.done, _): Messages.write(raw: Actool.fullMessage(for: error) + "\n", to: .standardOutput)
    case (.usage, _):
      let text = Actool.message(for: error).split(separator: "\n").map { $0.trimmingPrefix { $0 == " " } }
      Messages.write("\(command): \(text.joined(separator: " ")); see \(command) --help")
    default: Messages.write("\(command): \(error)")
    }
    exit(status.code)
  }
}

extension String {
  /// With `?` for control characters: names from files must neither break a line nor reach the terminal as commands.
  var inOneLine: String {
    String(String.UnicodeScalarView(unicodeScalars.map { $0.properties.generalCategory == .control ? "?" : $0 }))
  }
}

/// Standard error: messages for people. Failures are ignored, since they could not be reported anywhere.
enum Messages {
  /// Writes one message as one line.
  static func write(_ text: String) { write(raw: text.inOneLine + "\n") }

  /// Writes the text as it is.
  static func write(raw text: String, to descriptor: FileDescriptor = .standardError) {
    _ = try? descriptor.writeAll(Array(text.utf8))
  }
}
