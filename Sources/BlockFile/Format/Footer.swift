/// The end of a container. Accumulo: `BCFile.Writer.close`, `BCFile.Reader`.
///
///     int64 offset of the meta index
///     int64 offset of the crypto parameters      (version 3)
///     version                                    (BCFile.swift)
///     magic (16 bytes)
struct Footer: Hashable {
  /// The meta index begins here. No block extends beyond.
  var metaIndexOffset: Int64
  /// The crypto parameters begin here, after the meta index. Nil in version 1, which has none.
  var cryptoParametersOffset: Int64?

  var version: BCFileVersion { cryptoParametersOffset == nil ? .v1 : .v3 }

  init(metaIndexOffset: Int64, cryptoParametersOffset: Int64?) {
    self.metaIndexOffset = metaIndexOffset
    self.cryptoParametersOffset = cryptoParametersOffset
  }

  /// Reads the footer at the end of the reader's bytes. At least `largestSize` bytes must be left, or the whole file.
  ///
  /// Throws `DecodeError`, and `UnsupportedFormat` for other versions.
  init(from reader: inout ByteReader) throws {
    // The version determines the footer's length, so it is read first.
    try reader.need(Self.trailerSize, "a footer")
    var trailer = ByteReader(reader.bytes, reader.end - Self.trailerSize..<reader.end)
    let version = try BCFileVersion(from: &trailer)
    let magic = try trailer.take(BCFile.magic.count, "magic")
    guard magic.elementsEqual(BCFile.magic) else {
      throw DecodeError(at: trailer.offset - magic.count, expected: "the magic of a BCFile", found: "other bytes")
    }
    guard version == .v1 || version == .v3 else {
      throw UnsupportedFormat(
        "BCFile version \(version) is not supported (\(BCFileVersion.v1) and \(BCFileVersion.v3) are)")
    }
    try reader.skip(reader.remaining - Self.size(version), "a footer")
    metaIndexOffset = try reader.int64("offset of the meta index")
    cryptoParametersOffset = version == .v3 ? try reader.int64("offset of the crypto parameters") : nil
    try reader.skip(Self.trailerSize, "a footer")
  }

  func encode(into bytes: inout [UInt8]) {
    bytes.appendBigEndian(metaIndexOffset)
    if let cryptoParametersOffset { bytes.appendBigEndian(cryptoParametersOffset) }
    version.encode(into: &bytes)
    bytes += BCFile.magic
  }

  /// Bytes of version and magic, which every version has.
  private static let trailerSize = 4 + BCFile.magic.count
  private static func size(_ version: BCFileVersion) -> Int { trailerSize + (version == .v1 ? 8 : 16) }
  /// Sizes in bytes of the smallest and the largest footer.
  static let smallestSize = size(.v1)
  static let largestSize = size(.v3)

  /// The range of the meta index in a file of `fileSize` bytes.
  func metaIndex(inFileOf fileSize: Int64) throws(DecodeError) -> Range<Int64> {
    let start = try footerStart(inFileOf: fileSize)
    let end = cryptoParametersOffset ?? start
    guard metaIndexOffset >= Int64(BCFile.headerSize), metaIndexOffset < end else {
      throw DecodeError(at: 0, expected: "offset of the meta index between 16 and \(end)", found: "\(metaIndexOffset)")
    }
    return metaIndexOffset..<end
  }

  /// The range of the crypto parameters in a file of `fileSize` bytes; nil in version 1. Call `metaIndex` first: it
  /// checks the offset before them.
  func cryptoParameters(inFileOf fileSize: Int64) throws(DecodeError) -> Range<Int64>? {
    guard let offset = cryptoParametersOffset else { return nil }
    let start = try footerStart(inFileOf: fileSize)
    guard 4...(1 << 20) ~= start - offset else {
      throw DecodeError(at: 8, expected: "crypto parameters before the footer", found: "offset \(offset)")
    }
    return offset..<start
  }

  private func footerStart(inFileOf fileSize: Int64) throws(DecodeError) -> Int64 {
    let start = fileSize - Int64(Self.size(version))
    guard start >= Int64(BCFile.headerSize) else {
      throw DecodeError(at: 0, expected: "two offsets", found: "a file of \(fileSize) bytes")
    }
    return start
  }
}
