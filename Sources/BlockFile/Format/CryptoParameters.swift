/// How the blocks of a container are encrypted. Accumulo: `CryptoUtils.readParams`, `writeParams`.
///
///     int32 count | count bytes
///
/// The meaning of the bytes is up to the crypto service. "U+1F47B", the ghost character, means that nothing is
/// encrypted (Accumulo: `NoFileEncrypter`).
struct CryptoParameters: Hashable {
  var bytes: [UInt8]

  /// The parameters of a file that is not encrypted.
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

  /// The class of the crypto service, if the parameters begin with its name (Java's `writeUTF`), as those of
  /// `AESCryptoService` do.
  var serviceName: String? {
    var reader = ByteReader(bytes)
    guard let name = try? reader.javaUTF("crypto service"), name.utf8.allSatisfy({ 33...126 ~= $0 }), !name.isEmpty
    else { return nil }
    return name
  }
}
