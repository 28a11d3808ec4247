// Opens the container: footer, meta index, default codec. It knows blocks, not keys.

/// A container open for reading: finds and inflates its blocks. Safe for several threads, each with its own loader.
package final class BCFileReader: Sendable {
  package let source: ByteSource
  package let majorVersion: Int
  package let minorVersion: Int
  /// The codec of the data blocks.
  package let codec: Codec
  /// Sorted by name.
  package let metaBlocks: [MetaBlock]
  /// Regions of the data blocks, in files of RFile version 3 and 4; empty in later ones.
  package let dataRegions: [BlockRegion]
  /// No block may reach beyond this offset.
  package let blockLimit: Int64

  package var path: String { source.path }

  /// Reads footer, meta index and `BCFile.index`. Throws `SystemError` or `FileError`.
  package init(_ source: ByteSource, loader: BlockLoader = BlockLoader()) throws {
    self.source = source
    let footer = try FileError.locating(source.path, "footer") { try Footer(of: source) }
    majorVersion = footer.majorVersion
    minorVersion = footer.minorVersion
    blockLimit = footer.metaIndexOffset
    metaBlocks = try FileError.locating(source.path, "meta index") { try Self.readMetaIndex(source, footer) }
    guard let index = metaBlocks.first(where: { $0.name == BCFileFormat.dataIndexName }) else {
      throw FileError(path: source.path, place: "meta index", cause: "there is no block \(BCFileFormat.dataIndexName)")
    }
    let bytes = try Self.read(index, source, limit: footer.metaIndexOffset, loader: loader)
    (codec, dataRegions) = try FileError.locating(source.path, "block \(BCFileFormat.dataIndexName)") {
      try Self.readDataIndex(bytes, path: source.path)
    }
  }

  /// The raw bytes of a meta block, or nil when the file has none of that name.
  package func metaBlock(_ name: String, loader: BlockLoader) throws -> [UInt8]? {
    guard let block = metaBlocks.first(where: { $0.name == name }) else { return nil }
    return try Self.read(block, source, limit: blockLimit, loader: loader)
  }

  /// Inflates a data or index block into `buffer`; `stored` gets its bytes as they lie in the file. `place` names it in errors ("data block 17").
  package func load(
    _ region: BlockRegion, into buffer: BlockBuffer, stored: BlockBuffer? = nil, loader: BlockLoader,
    place: @autoclosure () -> String
  ) throws {
    if let problem = region.problem(codec: codec, limit: blockLimit) {
      throw FileError(path: path, place: place(), cause: problem)
    }
    try FileError.locating(path, "\(place()) at offset \(region.offset)") {
      try loader.load(region, codec: codec, from: source, into: buffer, stored: stored)
    }
  }

  private static func read(
    _ block: MetaBlock, _ source: ByteSource, limit: Int64, loader: BlockLoader
  ) throws -> [UInt8] {
    let place = "block \(block.name)"
    guard let codec = Codec(rawValue: block.codecName) else {
      throw FileError(
        path: source.path, kind: .unsupported, cause: Codec.refusal(of: block.codecName))
    }
    if let problem = block.region.problem(codec: codec, limit: limit) {
      throw FileError(path: source.path, place: place, cause: problem)
    }
    let buffer = BlockBuffer()
    return try FileError.locating(source.path, "\(place) at offset \(block.region.offset)") {
      try loader.load(block.region, codec: codec, from: source, into: buffer)
      return [UInt8](buffer.bytes)
    }
  }

  private static func readMetaIndex(_ source: ByteSource, _ footer: Footer) throws -> [MetaBlock] {
    let size = footer.metaIndexEnd - footer.metaIndexOffset
    guard size <= 64 << 20 else {
      throw FileError(path: source.path, place: "footer", cause: "a meta index of \(size) bytes is beyond reason")
    }
    var reader = ByteReader(try source.bytes(at: footer.metaIndexOffset, count: Int(size)))
    let count = try reader.bcFileVLong("count of meta blocks")
    guard count >= 0, count <= Int64(reader.remaining / 6 + 1) else {
      throw DecodeError(at: 0, expected: "a count of meta blocks", found: "\(count)")
    }
    var blocks: [MetaBlock] = []
    for _ in 0..<count {
      let at = reader.offset
      let name = try reader.bcFileString("name of a meta block")
      guard name.hasPrefix(BCFileFormat.metaNamePrefix) else {
        throw DecodeError(at: at, expected: "a name that starts with data:", found: "\"\(name.prefix(40))\"")
      }
      let codecName = try reader.bcFileString("codec of a meta block")
      let region = try BlockRegion(from: &reader)
      let plainName = String(name.dropFirst(BCFileFormat.metaNamePrefix.count))
      guard !blocks.contains(where: { $0.name == plainName }) else {
        throw DecodeError(at: at, expected: "each meta block once", found: "\"\(plainName.prefix(40))\" twice")
      }
      blocks.append(MetaBlock(name: plainName, codecName: codecName, region: region))
    }
    try reader.checkAtEnd("the meta index")
    return blocks.sorted { $0.name < $1.name }
  }

  private static func readDataIndex(_ bytes: [UInt8], path: String) throws -> (Codec, [BlockRegion]) {
    var reader = ByteReader(bytes)
    let name = try reader.bcFileString("codec name")
    guard let codec = Codec(rawValue: name) else {
      throw FileError(path: path, kind: .unsupported, cause: Codec.refusal(of: name))
    }
    let count = try reader.bcFileVLong("count of data blocks")
    guard count >= 0, count <= Int64(reader.remaining / 3) else {
      throw DecodeError(at: 0, expected: "a count of data blocks", found: "\(count)")
    }
    var regions: [BlockRegion] = []
    for _ in 0..<count { regions.append(try BlockRegion(from: &reader)) }
    try reader.checkAtEnd("the data index")
    return (codec, regions)
  }
}

extension FileError {
  /// The one place where bad bytes get the name of their file. Runs `body`; a `DecodeError` from it becomes a `FileError` about `place` of the file at `path`.
  package static func locating<T>(_ path: String, _ place: @autoclosure () -> String, _ body: () throws -> T) throws
    -> T
  {
    do {
      return try body()
    } catch let error as DecodeError {
      throw FileError(path: path, place: place(), cause: error.description)
    }
  }
}
