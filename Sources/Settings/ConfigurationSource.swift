import Files
import SystemPackage

/// Settings from one place: a properties file, or the output of `config -t TABLE` in Accumulo's shell.
package struct ConfigurationSource: Sendable {
  /// A path, for messages.
  package var name: String
  /// The values set there.
  package var settings: [String: String]
  /// The values that a shell listing shows as the cluster's defaults.
  var defaults: [String: String] = [:]
  /// True for what the shell printed, false for a properties file.
  package private(set) var isListing = false
  /// True for a listing of all settings of a table: an iterator that it does not name does not exist.
  var isWhole = false
  /// True for the properties of an exported table, which everything that is given otherwise overrides.
  var isBase = false

  package init(name: String, settings: [String: String]) {
    self.name = name
    self.settings = settings
  }

  /// All properties of an exported table: those that are not there are Accumulo's defaults, and an iterator that is not
  /// there does not exist. Every other source wins over them.
  package init(ofExport name: String, _ settings: [String: String]) {
    self.init(name: name, settings: settings)
    (isWhole, isBase) = (true, true)
  }

  /// Reads a text of either kind.
  /// - Throws: `ConfigurationError` with the line.
  package init(name: String, text: [UInt8]) throws {
    do {
      let string = String(decoding: text, as: UTF8.self)
      if ShellConfigurationText.isListing(string) {
        let listing = try ShellConfigurationText.parse(string)
        self.init(name: name, settings: listing.set)
        defaults = listing.defaults
        isListing = true
        isWhole = ShellConfigurationText.isWhole(Array(listing.set.keys) + listing.defaults.keys)
      } else {
        let settings = try PropertiesText.parse(text)
        self.init(name: name, settings: Dictionary(settings.map { ($0.key, $0.value) }) { $1 })
      }
    } catch {
      throw ConfigurationError(place: name, problem: error.description)
    }
  }

  /// Reads a file.
  /// - Throws: `SystemError`, `ConfigurationError`.
  package init(path: String) throws {
    let text: [UInt8]
    do { text = try readWholeInput(FilePath(path), limit: 64 << 20) } catch is FileTooLarge {
      throw ConfigurationError(place: path, problem: "expected a configuration, found a file of more than 64 MiB")
    }
    try self.init(name: path, text: text)
  }
}

/// A configuration, or one of its settings, that is not valid.
package struct ConfigurationError: Error, Hashable, CustomStringConvertible {
  /// A file, or the name of a setting.
  package var place: String
  package var problem: String

  init(place: String, problem: String) {
    self.place = place
    self.problem = problem
  }

  /// `table.file.max: expected a whole number below 2^31 without a unit, found "x"`
  package var description: String { "\(place): \(problem)" }
}
