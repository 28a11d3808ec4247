import BlockFile
import Java
import RFile
internal import Settings

extension Sampler {
  /// Reads `table.sampler` and `table.sampler.opt.*`; nil when the table has no sampler.
  ///
  /// Throws `FileSettingsError` for a class that is not built in and for options with which Accumulo's sampler does not
  /// start. Accumulo only logs that and writes files with empty samples: scans of them find nothing, and nobody is told.
  init?(_ settings: Settings) throws {
    guard let className = settings["table.sampler"], !className.isEmpty else { return nil }
    let options = SamplerOptions(values: settings.below("table.sampler.opt."))
    let fields: Fields
    switch className {
    case "org.apache.accumulo.core.client.sample.RowSampler": fields = .row
    case "org.apache.accumulo.core.client.sample.RowColumnSampler": fields = try options.fields()
    default:
      throw FileSettingsError(
        property: "table.sampler",
        problem: "\(className) is not built in, only RowSampler and RowColumnSampler of "
          + "org.apache.accumulo.core.client.sample; compact this table with Accumulo")
    }
    for (name, value) in options.values where !name.fitsJavaUTF || !value.fitsJavaUTF {
      throw FileSettingsError(
        property: "table.sampler.opt.\(name.prefix(80))", problem: "expected a name and a value of at most 65535 bytes")
    }
    let configuration = SamplerConfiguration(className: className, options: options.values)
    self.init(
      configuration: configuration, fields: fields, hash: try options.hash(), modulus: try options.modulus())
  }
}

/// The options of a sampler. Accumulo: `AbstractHashSampler`, `RowColumnSampler`.
private struct SamplerOptions {
  let values: [String: String]

  private static let fields: [(name: String, field: Sampler.Fields)] = [
    ("row", .row), ("family", .family), ("qualifier", .qualifier), ("visibility", .visibility),
  ]

  func hash() throws -> SampleHash {
    guard let hash = values["hasher"].flatMap(SampleHash.init(rawValue:)) else {
      throw error("hasher", "murmur3_32, md5 or sha1")
    }
    return hash
  }

  func modulus() throws -> Int32 {
    guard let modulus = values["modulus"].flatMap(JavaNumber.int), modulus > 0 else {
      throw error("modulus", "a whole number of at least 1")
    }
    return modulus
  }

  /// Of a RowColumnSampler, which knows all of its options.
  func fields() throws -> Sampler.Fields {
    let known = ["hasher", "modulus"] + Self.fields.map(\.name)
    if let unknown = values.keys.filter({ !known.contains($0) }).min() {
      throw error(unknown, "one of \(known.joined(separator: ", "))", of: "options")
    }
    var fields: Sampler.Fields = []
    for (name, field) in Self.fields where values[name]?.lowercased() == "true" { fields.insert(field) }
    guard !fields.isEmpty else {
      throw FileSettingsError(
        property: "table.sampler",
        problem: "expected a field to sample by: set table.sampler.opt.row, .family, .qualifier or .visibility to true")
    }
    return fields
  }

  private func error(_ option: String, _ expected: String, of kind: String = "value") -> FileSettingsError {
    let found = kind == "value" ? values[option].map { "\"\($0.prefix(80))\"" } ?? "nothing" : "\"\(option)\""
    return FileSettingsError(property: "table.sampler.opt.\(option)", problem: "expected \(expected), found \(found)")
  }
}
