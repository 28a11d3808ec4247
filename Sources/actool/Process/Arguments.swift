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

  /// `actool plan`: as far as the command line names a subcommand.
  static var command: String {
    let names = Actool.configuration.subcommands.compactMap { $0.configuration.commandName }
    let found = CommandLine.arguments.dropFirst().first { names.contains($0) }
    return ["actool", found].compactMap(\.self).joined(separator: " ")
  }
}
