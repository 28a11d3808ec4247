import BlockFile

/// How a sample was taken. Accumulo: `SamplerConfigurationImpl`.
///
///     byte 1 | class (writeUTF) | int32 number of options | names and values (writeUTF)
package struct SamplerConfiguration: Hashable, Sendable {
  package var className: String
  package var options: [String: String]

  /// The version of this encoding, not of a sampler class or its options.
  private static let version: UInt8 = 1

  package init(className: String, options: [String: String]) {
    self.className = className
    self.options = options
  }

  init(from reader: inout ByteReader) throws(DecodeError) {
    let at = reader.offset
    let version = try reader.byte("version of the sampler configuration")
    guard version == Self.version else {
      throw DecodeError(at: at, expected: "sampler configuration version \(Self.version)", found: "\(version)")
    }
    className = try reader.javaUTF("sampler class")
    options = [:]
    let count = try reader.count("sampler options", ofSize: 4)
    try reader.reserve(count, ofSize: 256, "sampler options")
    for _ in 0..<count {
      let key = try reader.javaUTF("sampler option")
      options[key] = try reader.javaUTF("value of sampler option \(key)")
    }
  }

  func encode(into bytes: inout [UInt8]) {
    bytes.append(Self.version)
    bytes.appendJavaUTF(className)
    bytes.appendBigEndian(Int32(options.count))
    for (key, value) in options.sorted(by: { $0.key < $1.key }) {
      bytes.appendJavaUTF(key)
      bytes.appendJavaUTF(value)
    }
  }
}
