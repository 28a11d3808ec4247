import Entries

// Which entries of a table are its sample: those whose hash can be divided by the modulus. Accumulo: `RowSampler`,
// `RowColumnSampler`.
//
//     modulus 3       row        hash        hash % 3
//                     r1         -774          0        all entries of the row
//                     r2          415          1        none
//
// Timestamp and value do not matter, and a delete marker is sampled like what it deletes. So what a scan sees of the
// samples of several files is the sample of what it sees of the files.

/// Picks entries.
package struct Sampler: Hashable, Sendable {
  package struct Fields: OptionSet, Hashable, Sendable {
    package var rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }
    package static let row = Fields(rawValue: 1)
    package static let family = Fields(rawValue: 2)
    package static let qualifier = Fields(rawValue: 4)
    package static let visibility = Fields(rawValue: 8)
  }

  /// What the file says about it.
  package let configuration: SamplerConfiguration
  /// Those that are hashed, one behind the other in the order of the key.
  let fields: Fields
  let hash: SampleHash
  /// At least 1.
  let modulus: Int32

  package init(configuration: SamplerConfiguration, fields: Fields, hash: SampleHash, modulus: Int32) {
    precondition(modulus > 0)
    self.configuration = configuration
    self.fields = fields
    self.hash = hash
    self.modulus = modulus
  }
}

/// Asks a sampler for one entry after the other, without an allocation for each.
///
/// Plain memory for hot paths: its owner must call `free()`.
struct SampleChoice {
  private let sampler: Sampler
  private var memory = PaddedBytes()
  private var previous = PaddedBytes()
  private var last: ByteView?
  private var wasPicked = false

  init(_ sampler: Sampler) { self.sampler = sampler }

  func free() {
    memory.free()
    previous.free()
  }

  @inline(__always) mutating func picks(_ entry: EntryPointer) -> Bool {
    let bytes = sampler.fields == .row ? entry.pointee.row : join(entry)
    if let last, last.equals(padded: bytes) { return wasPicked }
    last = previous.copy(padded: bytes)
    wasPicked = sampler.hash.hash(bytes) % sampler.modulus == 0
    return wasPicked
  }

  private mutating func join(_ entry: EntryPointer) -> ByteView {
    var bytes = memory.empty
    if sampler.fields.contains(.row) { append(entry.pointee.row, to: &bytes) }
    if sampler.fields.contains(.family) { append(entry.pointee.family, to: &bytes) }
    if sampler.fields.contains(.qualifier) { append(entry.pointee.qualifier, to: &bytes) }
    if sampler.fields.contains(.visibility) { append(entry.pointee.visibility, to: &bytes) }
    return bytes
  }

  private mutating func append(_ field: ByteView, to bytes: inout ByteView) {
    bytes = memory.replace(from: bytes.count, by: field.start, count: field.count)
  }
}
