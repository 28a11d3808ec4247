import BlockFile

/// How a sample was taken. Accumulo: `SamplerConfigurationImpl`.
package struct SamplerConfiguration: Hashable, Sendable {
  package var className: String
  package var options: [String: String]
}

// The root of everything. Accumulo: `RFile.Writer.close`, `RFile.Reader`.
//
//     int32 magic 0x20637474 | int32 version (3, 4, 6, 7, 8) | int32 number of locality groups | groups
//     version 8: boolean hasSample; if so: as many sample groups, then
//                byte 1 | sampler class (writeUTF) | int32 option count | pairs of writeUTF

/// The parsed meta block `RFile.index`.
struct RFileIndex: Sendable {
  static let blockName = "RFile.index"
  static let magic: Int32 = 0x2063_7474
  static let supportedVersions = [3, 4, 6, 7, 8]

  let version: Int
  let groups: [LocalityGroup]
  let sampleGroups: [LocalityGroup]
  let sampler: SamplerConfiguration?

  /// Reads the block from a container. Throws `FileError` and `SystemError`.
  init(of file: BCFileReader, loader: BlockLoader) throws {
    guard let bytes = try file.metaBlock(Self.blockName, loader: loader) else {
      throw FileError(path: file.path, cause: "not an RFile: a BCFile without the block \(Self.blockName)")
    }
    self = try FileError.locating(file.path, "block \(Self.blockName)") { try Self(bytes, path: file.path) }
  }

  private init(_ bytes: [UInt8], path: String) throws {
    var reader = ByteReader(bytes)
    let magic = try reader.int32("magic")
    guard magic == Self.magic else {
      throw DecodeError(
        at: 0, expected: "magic 20637474", found: String(UInt32(bitPattern: magic), radix: 16))
    }
    version = Int(try reader.int32("version"))
    guard Self.supportedVersions.contains(version) else {
      throw FileError(
        path: path, kind: .unsupported, cause: "RFile version \(version) is not supported (3, 4, 6, 7 and 8 are)")
    }
    let count = try reader.count("number of locality groups", ofSize: 6)
    groups = try Self.readGroups(count, from: &reader, version: version)
    if version >= 8, try reader.boolean("sample flag") {
      sampleGroups = try Self.readGroups(count, from: &reader, version: version)
      sampler = try Self.readSampler(from: &reader)
    } else {
      sampleGroups = []
      sampler = nil
    }
    try reader.checkAtEnd("the index")
  }

  private static func readGroups(
    _ count: Int, from reader: inout ByteReader, version: Int
  ) throws(DecodeError) -> [LocalityGroup] {
    var groups: [LocalityGroup] = []
    for _ in 0..<count { groups.append(try LocalityGroup(from: &reader, version: version)) }
    return groups
  }

  private static func readSampler(from reader: inout ByteReader) throws(DecodeError) -> SamplerConfiguration {
    let at = reader.offset
    let version = try reader.byte("version of the sampler configuration")
    guard version == 1 else {
      throw DecodeError(at: at, expected: "sampler configuration version 1", found: "\(version)")
    }
    let className = try reader.javaUTF("sampler class")
    var options: [String: String] = [:]
    for _ in 0..<(try reader.count("sampler options", ofSize: 4)) {
      let key = try reader.javaUTF("sampler option")
      options[key] = try reader.javaUTF("value of sampler option \(key)")
    }
    return SamplerConfiguration(className: className, options: options)
  }
}
