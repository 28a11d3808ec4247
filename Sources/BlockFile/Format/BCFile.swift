// The container of an RFile. Accumulo: `org.apache.accumulo.core.file.rfile.bcfile.BCFile`.
//
//     +------------------------------------------------------------+ 0
//     | magic (16 bytes)                                           |
//     +------------------------------------------------------------+ 16
//     | data blocks and index blocks, one after another            |
//     | meta blocks: others, then RFile.index, then BCFile.index   |  BCFile.index: DataIndex.swift
//     +------------------------------------------------------------+ offset of the meta index
//     | meta index, not compressed                                 |  MetaIndex.swift
//     +------------------------------------------------------------+ offset of the crypto parameters   (version 3)
//     | crypto parameters                                          |  CryptoParameters.swift           (version 3)
//     +------------------------------------------------------------+
//     | footer: the offsets, the version, magic                    |  Footer.swift
//     +------------------------------------------------------------+ end
//
// A block's region says where it is and how large (BlockRegion.swift).

/// Constants of the container.
enum BCFile {
  /// At both ends of the file.
  static let magic: [UInt8] = [
    0xd1, 0x11, 0xd3, 0x68, 0x91, 0xb5, 0xd7, 0xb6, 0x39, 0xdf, 0x41, 0x40, 0x92, 0xba, 0xe1, 0x50,
  ]
  /// Blocks begin here, after the first magic.
  static let headerSize = 16
}

/// The format version of a container. Accumulo: `Utils.Version`, `BCFile.API_VERSION_1` to `API_VERSION_3`.
///
///     int16 major | int16 minor
package struct BCFileVersion: Hashable, Sendable, CustomStringConvertible {
  package var major: Int16
  package var minor: Int16

  /// The first version. Accumulo before 2.0 writes it as long as nothing is encrypted.
  static let v1 = BCFileVersion(major: 1, minor: 0)
  /// An experiment of Accumulo 1.6 that added crypto parameters. Such files are refused.
  static let v2 = BCFileVersion(major: 2, minor: 0)
  /// Accumulo 2.0 added today's crypto parameters, and their offset in the footer.
  static let v3 = BCFileVersion(major: 3, minor: 0)

  init(major: Int16, minor: Int16) {
    self.major = major
    self.minor = minor
  }

  init(from reader: inout ByteReader) throws(DecodeError) {
    major = try reader.int16("major version")
    minor = try reader.int16("minor version")
  }

  func encode(into bytes: inout [UInt8]) {
    bytes.appendBigEndian(major)
    bytes.appendBigEndian(minor)
  }

  /// `3.0`
  package var description: String { "\(major).\(minor)" }
}
