import ArgumentParser
import BlockFile
import Settings

/// How large a block of a file can be.
struct BlockLimitOptions: ParsableArguments {
  @Option(
    name: .customLong("block-limit"),
    help: ArgumentHelp(
      "The largest block to read, compressed or not. Default: 64M, or a quarter of --memory if the command has it "
        + "and that is more.", valueName: "SIZE"))
  var size: String?

  func validate() throws { _ = try limit() }

  /// - Parameter memory: what the process may use, bytes.
  func limit(memory: Int64 = 0) throws -> BlockLimit {
    guard let size else { return BlockLimit(memory: memory) }
    do {
      let bytes = try ConfigurationValue.size(size)
      guard bytes > 0 else { throw ValidationError("expected more than 0") }
      return BlockLimit(bytes: bytes)
    } catch { throw ValidationError("--block-limit: \(error)") }
  }
}
