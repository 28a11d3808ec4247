import ArgumentParser
import Settings

/// Sizes on the command line: `256M`.
enum SizeArgument {
  /// Bytes.
  /// - Throws: `ValidationError` that names the option, for text that is not a size or a size below `least`.
  static func bytes(_ text: String, for option: String, atLeast least: Int64 = 1) throws -> Int64 {
    let size: Int64
    do throws(ConfigurationValueError) { size = try ConfigurationValue.size(text) } catch {
      throw ValidationError("\(option): \(error)")
    }
    guard size >= least else {
      throw ValidationError("\(option): expected at least \(least) bytes, found \"\(text)\"")
    }
    return size
  }
}
