import ArgumentParser
import Settings

/// Where settings come from: the same for every command that needs settings.
struct ConfigurationOptions: ParsableArguments {
  @Option(
    name: .customLong("config"), parsing: .singleValue,
    help: ArgumentHelp(
      "Read settings from a Java properties file, or from the output of `config -t TABLE` in Accumulo's shell. TABLE= "
        + "applies the file to one table id only. Repeatable; later files win. Default: Accumulo's defaults.",
      valueName: "[TABLE=]FILE"))
  var files: [String] = []

  @Option(
    name: [.customShort("p"), .customLong("property")], parsing: .singleValue,
    help: ArgumentHelp(
      "Set one property, over all files: table.file.compress.type=zstd. Units of sizes are B, K, M and G; of times ms, "
        + "s, m, h and d. An empty value removes an iterator: table.iterator.majc.vers=. Repeatable.",
      valueName: "KEY=VALUE"))
  var properties: [String] = []

  func validate() throws {
    try Self.validate(properties: properties)
    for file in files where file.isEmpty || file.hasSuffix("=") {
      throw ValidationError("expected FILE or TABLE=FILE for --config, found '\(file)'")
    }
  }

  /// - Throws: `ValidationError` for what is not `KEY=VALUE` of a known property.
  static func validate(properties: [String]) throws {
    for property in properties {
      guard let equals = property.firstIndex(of: "="), equals != property.startIndex else {
        throw ValidationError("expected KEY=VALUE for --property, found '\(property)'")
      }
      // Otherwise a misspelt property would silently set nothing.
      guard Settings.isKnown(String(property[..<equals])) else {
        throw ValidationError("Accumulo has no property '\(property[..<equals])'")
      }
    }
  }

  /// These options, and whether each was given.
  var given: [(name: String, isGiven: Bool)] { [("--config", !files.isEmpty), ("--property", !properties.isEmpty)] }

  /// Reads the files.
  /// - Throws: `SystemError`, `ConfigurationError`.
  func configuration() throws -> Configuration {
    var configuration = Configuration()
    for file in files {
      let (table, path) = Self.split(file)
      let source = try ConfigurationSource(path: path)
      if let table { configuration.add(source, forTable: table) } else { configuration.add(source) }
    }
    for property in properties {
      guard let equals = property.firstIndex(of: "=") else { continue }
      configuration.override(String(property[..<equals]), String(property[property.index(after: equals)...]))
    }
    return configuration
  }

  /// Table ids are made of digits and small letters (`2`, `1a`), or are `+r`, `!0`, `+rep`; anything else before `=`
  /// belongs to a path.
  static func split(_ file: String) -> (table: String?, path: String) {
    guard let equals = file.firstIndex(of: "="), equals != file.startIndex else { return (nil, file) }
    let table = file[..<equals]
    let letters = table.hasPrefix("+") || table.hasPrefix("!") ? table.dropFirst() : table
    guard !letters.isEmpty, letters.utf8.allSatisfy({ (48...57).contains($0) || (97...122).contains($0) }) else {
      return (nil, file)
    }
    return (String(table), String(file[file.index(after: equals)...]))
  }
}
