import BlockFile

/// The samples of several files are one sample only when they were taken in the same way. Accumulo:
/// `SampleNotPresentException`.
struct SampleAgreement {
  private var first: (path: String, sampler: SamplerConfiguration)?

  /// Throws `FileError` for a file without a sample, or with one that was taken in another way than those before.
  mutating func add(_ reader: RFileReader) throws {
    let wayOut = "compact it with table.sampler to give it one"
    guard let sampler = reader.sampler else {
      throw FileError(path: reader.path, kind: .unsupported, cause: "it has no sample; \(wayOut)")
    }
    guard let first else {
      first = (reader.path, sampler)
      return
    }
    guard first.sampler == sampler else {
      throw FileError(
        path: reader.path, kind: .unsupported,
        cause: "its sample (\(sampler)) was not taken like that of \(first.path) (\(first.sampler)); \(wayOut) like it")
    }
  }
}

extension SamplerConfiguration: CustomStringConvertible {
  /// `RowSampler hasher=md5 modulus=3`
  package var description: String {
    let name = className.split(separator: ".").last.map(String.init) ?? className
    return ([name] + options.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }).joined(separator: " ")
  }
}
