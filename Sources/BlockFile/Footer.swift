/// The end of a container: version and where the meta index lies. See BCFileFormat.swift for the picture.
struct Footer {
  var majorVersion: Int
  var minorVersion: Int
  var metaIndexOffset: Int64
  /// The meta index ends here: at the crypto parameters, or at the footer in version 1.
  var metaIndexEnd: Int64

  init(of source: ByteSource) throws {
    let count = source.count
    let smallest = Int64(BCFileFormat.headerSize + 8 + BCFileFormat.trailerSize)
    guard count >= smallest else {
      throw FileError(
        path: source.path, cause: "not an RFile: \(count) bytes, and the smallest RFile has more than \(smallest)")
    }
    let trailerOffset = count - Int64(BCFileFormat.trailerSize)
    var trailer = ByteReader(try source.bytes(at: trailerOffset, count: BCFileFormat.trailerSize))
    let version = (Int(try trailer.int16("major version")), Int(try trailer.int16("minor version")))
    guard Array(try trailer.take(16, "magic")) == BCFileFormat.magic else {
      let head = try source.bytes(at: 0, count: BCFileFormat.headerSize)
      throw FileError(
        path: source.path,
        cause: head == BCFileFormat.magic
          ? "it starts as an RFile but does not end as one: truncated, or still being written"
          : "not an RFile: there is no magic at its end")
    }
    guard try source.bytes(at: 0, count: BCFileFormat.headerSize) == BCFileFormat.magic else {
      throw FileError(path: source.path, cause: "damaged: there is no magic at its start")
    }
    switch version {
    case (1, 0): try self.init(version1: source, trailerOffset: trailerOffset)
    case (3, 0): try self.init(version3: source, trailerOffset: trailerOffset)
    default:
      throw FileError(
        path: source.path, kind: .unsupported,
        cause: "BCFile version \(version.0).\(version.1) is not supported (1.0 and 3.0 are)")
    }
  }

  private init(version1 source: ByteSource, trailerOffset: Int64) throws {
    majorVersion = 1
    minorVersion = 0
    var reader = ByteReader(try source.bytes(at: trailerOffset - 8, count: 8))
    metaIndexOffset = try reader.int64("offset of the meta index")
    metaIndexEnd = trailerOffset - 8
    try check()
  }

  private init(version3 source: ByteSource, trailerOffset: Int64) throws {
    majorVersion = 3
    minorVersion = 0
    guard trailerOffset - 16 >= Int64(BCFileFormat.headerSize) else {
      throw DecodeError(at: 0, expected: "two offsets", found: "a file of \(source.count) bytes")
    }
    var reader = ByteReader(try source.bytes(at: trailerOffset - 16, count: 16))
    metaIndexOffset = try reader.int64("offset of the meta index")
    metaIndexEnd = try reader.int64("offset of the crypto parameters")
    try check()
    let size = trailerOffset - 16 - metaIndexEnd
    guard size >= 4, size <= 1 << 20 else {
      throw DecodeError(at: 8, expected: "crypto parameters before the footer", found: "offset \(metaIndexEnd)")
    }
    var crypto = ByteReader(try source.bytes(at: metaIndexEnd, count: Int(size)))
    let count = try crypto.count("crypto parameters", ofSize: 1)
    let parameters = Array(try crypto.take(count, "crypto parameters"))
    try crypto.checkAtEnd("the crypto parameters")
    guard parameters == BCFileFormat.noEncryption else {
      throw FileError(
        path: source.path, kind: .unsupported,
        cause: "encrypted by \(Self.cryptoService(parameters)), which is not supported; compact the table in "
          + "Accumulo without table.crypto.* settings first")
    }
  }

  private func check() throws(DecodeError) {
    guard metaIndexOffset >= Int64(BCFileFormat.headerSize), metaIndexOffset < metaIndexEnd else {
      throw DecodeError(
        at: 0, expected: "offset of the meta index between 16 and \(metaIndexEnd)", found: "\(metaIndexOffset)")
    }
  }

  /// The crypto service's class: the parameters begin with its name (Java's `writeUTF`), as `AESCryptoService` does.
  private static func cryptoService(_ parameters: [UInt8]) -> String {
    var reader = ByteReader(parameters)
    guard let name = try? reader.javaUTF("crypto service"), name.utf8.allSatisfy({ 33...126 ~= $0 }), !name.isEmpty
    else { return "a crypto service" }
    return name
  }
}
