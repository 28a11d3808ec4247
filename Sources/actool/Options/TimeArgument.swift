import ArgumentParser
import Settings

/// Times on the command line: `10m`.
enum TimeArgument {
  /// Milliseconds.
  /// - Throws: `ValidationError` that names the option, for text that is not a time or a time below `least`.
  static func milliseconds(_ text: String, for option: String, atLeast least: Int64 = 1) throws -> Int64 {
    let time: Int64
    do throws(ConfigurationValueError) { time = try ConfigurationValue.duration(text) } catch {
      throw ValidationError("\(option): \(error)")
    }
    guard time >= least else {
      throw ValidationError("\(option): expected at least \(least) ms, found \"\(text)\"")
    }
    guard time < 1 << 46 else { throw ValidationError("\(option): expected less than 2000 years, found \"\(text)\"") }
    return time
  }
}
