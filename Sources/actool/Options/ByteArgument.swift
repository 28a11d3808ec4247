import ArgumentParser
import Entries

/// Bytes on the command line, in the text form of Accumulo's shell.
struct ByteArgument: ExpressibleByArgument {
  let bytes: [UInt8]

  init?(argument: String) {
    guard let bytes = ByteText.decode(argument) else { return nil }
    self.bytes = bytes
  }
}
