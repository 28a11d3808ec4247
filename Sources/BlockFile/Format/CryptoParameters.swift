/// How the blocks of a container are encrypted. Accumulo: `CryptoUtils.readParams`, `writeParams`.
///
///     int32 count | count bytes
///
/// What the bytes mean is the crypto service's business. "U+1F47B", the name of a ghost, says that nothing is encrypted
/// (Accumulo: `NoFileEncrypter`).
struct CryptoParameters: Hashable {
  var bytes: [UInt8]

  /// Of a file that is not encrypted.
  static let none = CryptoParameters(bytes: Array("U+1F47B".utf8))

  init(bytes: [UInt8]) { self.bytes = bytes }

  init(from reader: inout ByteReader) throws(DecodeError) {
    let count = try reader.count("crypto parameters", ofSize: 1)
    bytes = Array(try reader.take(count, "crypto parameters"))
  }

  func encode(into bytes: inout [UInt8]) {
    bytes.appendBigEndian(Int32(self.bytes.count))
    bytes += self.bytes
  }

  /// The crypto service's class: the parameters begin with its name (Java's `writeUTF`), as `AESCryptoService` does.
  var serviceName: String? {
    var reader = ByteReader(bytes)
    guard let name = try? reader.javaUTF("crypto service"), name.utf8.allSatisfy({ 33...126 ~= $0 }), !name.isEmpty
    else { return nil }
    return name
  }
}
