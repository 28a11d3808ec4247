// The container of an RFile. Accumulo: `org.apache.accumulo.core.file.rfile.bcfile.BCFile`.
//
//     +------------------------------------------------------------+ 0
//     | magic (16 bytes)                                           |
//     +------------------------------------------------------------+ 16
//     | data blocks and index blocks, one after the other          |
//     | meta blocks: others, then RFile.index, then BCFile.index   |
//     +------------------------------------------------------------+ offset of meta index
//     | meta index, not compressed:                                |
//     |   VInt-U count, then per block, sorted by name:            |
//     |   string "data:" + name | string codec | region            |
//     +------------------------------------------------------------+ offset of crypto parameters   (version 3)
//     | int32 7 | "U+1F47B"                                        |                               (version 3)
//     +------------------------------------------------------------+
//     | int64 offset of meta index                                 |
//     | int64 offset of crypto parameters                          |                               (version 3)
//     | int16 major version | int16 minor version | magic          |
//     +------------------------------------------------------------+ end
//
// Block BCFile.index: string default codec | VInt-U count | regions of data blocks (none since RFile version 6).

/// Constants of the container.
enum BCFileFormat {
  static let magic: [UInt8] = [
    0xd1, 0x11, 0xd3, 0x68, 0x91, 0xb5, 0xd7, 0xb6, 0x39, 0xdf, 0x41, 0x40, 0x92, 0xba, 0xe1, 0x50,
  ]
  /// Crypto parameters of a file that is not encrypted.
  static let noEncryption = Array("U+1F47B".utf8)
  static let dataIndexName = "BCFile.index"
  static let metaNamePrefix = "data:"
  /// Magic and version at the end; magic at the start.
  static let trailerSize = 20
  static let headerSize = 16
}

/// One named block beside the data. Accumulo: `BCFile.MetaIndexEntry`.
package struct MetaBlock: Hashable, Sendable {
  package var name: String
  package var codecName: String
  package var region: BlockRegion

  package init(name: String, codecName: String, region: BlockRegion) {
    self.name = name
    self.codecName = codecName
    self.region = region
  }
}
