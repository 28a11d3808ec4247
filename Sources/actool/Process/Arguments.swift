import ArgumentParser
import Entries
import Files
import SystemPackage

/// The words of the command line.
enum Arguments {
  /// Refuses words that are not UTF-8. Swift would replace their bytes, and a path would then name another file.
  /// - Throws: `ValidationError` for such a word; `SystemError` if there are no words, not even the program's name. Swift
  ///   reads them from /proc.
  static func checkText() throws {
    guard CommandLine.argc > 0 else { throw SystemError("read", "/proc/self/cmdline", .noSuchFileOrDirectory) }
    for number in 1..<max(1, Int(CommandLine.argc)) {
      guard let word = CommandLine.unsafeArgv[number], String(validatingCString: word) == nil else { continue }
      var bytes: [UInt8] = []
      var next = word
      while next.pointee != 0 {
        bytes.append(UInt8(bitPattern: next.pointee))
        next += 1
      }
      throw ValidationError(
        "\(ByteText.encode(bytes)): expected UTF-8; reach a file of such a name through a symbolic link, or rename it")
    }
  }

  /// For an option whose value can be left out: the parser takes another one for none.
  /// - Throws: `ValidationError` for `--name=value` with a value that is not allowed.
  static func check(_ name: String, allows values: [String]) throws {
    for word in CommandLine.arguments.dropFirst().prefix(while: { $0 != "--" }) where word.hasPrefix(name + "=") {
      let value = word.dropFirst(name.utf8.count + 1)
      guard !values.contains(String(value)) else { continue }
      throw ValidationError("expected \(values.joined(separator: " or ")) for \(name), found '\(value)'")
    }
  }

  /// `actool plan`: as far as the command line names a subcommand.
  static var command: String {
    let names = Actool.configuration.subcommands.compactMap { $0.configuration.commandName }
    let found = CommandLine.arguments.dropFirst().first { names.contains($0) }
    return ["actool", found].compactMap(\.self).joined(separator: " ")
  }
}
