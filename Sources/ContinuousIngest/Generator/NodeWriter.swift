import Entries

// Writes the bytes of entries into memory that is reused. See NodeReader for the picture.

/// An operation in the form that the generator sorts. Everything else follows from it.
struct IngestRecord: RadixKeyed {
  var row: UInt64
  /// The number of the operation, which gives its timestamp.
  var number: Int64
  /// How many puts came before it.
  var count: Int64
  /// The node, with the kind of operation in the two highest bits.
  private var nodeAndKind: UInt64

  init(row: UInt64, _ operation: IngestOperation) {
    self.row = row
    number = operation.number
    count = operation.count
    let kind: UInt64 =
      switch operation.kind {
      case .put: 0
      case .rewrite: 1
      case .delete: 2
      }
    nodeAndKind = UInt64(operation.node) | kind << 62
  }

  var radixKey: UInt64 { row }
  var node: Int64 { Int64(nodeAndKind & ((1 << 62) - 1)) }
  var kind: IngestOperation.Kind { nodeAndKind >> 62 == 0 ? .put : nodeAndKind >> 62 == 1 ? .rewrite : .delete }
}

/// Turns records into entries. Used by one thread.
final class NodeWriter<Draws: IngestDraws> {
  private struct State {
    var view: EntryView
    /// 128 bytes: the row at 0, the family at 32, the qualifier at 64, an empty visibility at 96.
    var key: UnsafeMutablePointer<UInt8>
    var value: UnsafeMutablePointer<UInt8>
  }

  private let state: UnsafeMutablePointer<State>
  private let settings: IngestSettings
  private let draws: Draws
  private let sizes: ZipfSizes?
  private let visibilities: [UnsafeMutablePointer<UInt8>]

  init(_ settings: IngestSettings, draws: Draws) {
    self.settings = settings
    self.draws = draws
    sizes = settings.zipfian.map(ZipfSizes.init)
    let key = UnsafeMutablePointer<UInt8>.allocate(capacity: 128)
    key.initialize(repeating: 0, count: 128)
    let capacity = 128 + (settings.zipfian?.maximum ?? 0)
    let value = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
    value.initialize(repeating: 0, count: capacity)
    for (i, byte) in draws.client.prefix(36).enumerated() { value[i] = byte }
    value[36] = 0x3A
    visibilities = settings.visibilities.map { text in
      let memory = UnsafeMutablePointer<UInt8>.allocate(capacity: text.count + 16)
      memory.initialize(repeating: 0, count: text.count + 16)
      for (i, byte) in text.enumerated() { memory[i] = byte }
      return memory
    }
    state = .allocate(capacity: 1)
    let none = ByteView(start: key, count: 0)
    state.initialize(
      to: State(
        view: EntryView(
          row: ByteView(start: key, count: 16), family: none, qualifier: none, visibility: none, timestamp: 0,
          deleted: false, value: ByteView(start: value, count: 0)), key: key, value: value))
  }

  deinit {
    state.pointee.key.deallocate()
    state.pointee.value.deallocate()
    for memory in visibilities { memory.deallocate() }
    state.deallocate()
  }

  /// The entry of a record, valid until the next call.
  func entry(_ record: IngestRecord, isCorrupted: Bool = false) -> EntryPointer {
    let (key, value) = (state.pointee.key, state.pointee.value)
    RowNumber.write(record.row, to: UnsafeMutableRawPointer(key))
    state.pointee.view.family = Self.column(draws.family(ofNode: record.node), at: key + 32)
    state.pointee.view.qualifier = Self.column(draws.qualifier(ofNode: record.node), at: key + 64)
    state.pointee.view.timestamp = settings.startTime + record.number
    let list = IngestSettings.depth * settings.flushEntries
    let cycle = record.node / list
    if record.kind == .delete {
      state.pointee.view.deleted = true
      state.pointee.view.visibility = ByteView(start: key + 96, count: 0)
      state.pointee.view.value.count = 0
      return view
    }
    state.pointee.view.deleted = false
    let visibility = settings.visibilities.count > 1 ? draws.visibility(ofCycle: cycle, count: visibilities.count) : 0
    state.pointee.view.visibility = ByteView(
      start: visibilities[visibility], count: settings.visibilities[visibility].count)
    RowNumber.write(UInt64(record.count), to: UnsafeMutableRawPointer(value + NodeReader.countStart))
    value[NodeReader.uuidColon] = 0x3A
    var end = NodeReader.previousStart
    if let previous = previous(of: record, cycle * list) {
      RowNumber.write(draws.row(ofNode: previous), to: UnsafeMutableRawPointer(value + end))
      end = NodeReader.previousColon
    }
    value[end] = 0x3A
    end += 1
    if let sizes {
      end = addRandomBytes(record, sizes, from: end)
      value[end] = 0x3A
      end += 1
    }
    if settings.hasChecksum {
      let sum = NodeReader.checksum(state.pointee.view, valueBytes: end)
      UnsafeMutableRawPointer(value + end).storeBytes(
        of: RowNumber.eightDigits(UInt64(isCorrupted ? sum ^ 0x10 : sum)).bigEndian, as: UInt64.self)
      end += 8
    }
    state.pointee.view.value.count = end
    return view
  }

  private var view: EntryPointer {
    let offset = MemoryLayout<State>.offset(of: \State.view)!
    return UnsafePointer(UnsafeMutableRawPointer(state).advanced(by: offset).assumingMemoryBound(to: EntryView.self))
  }

  private func previous(of record: IngestRecord, _ firstNode: Int64) -> Int64? {
    let flush = settings.flushEntries
    let place = record.node - firstNode
    if record.kind == .rewrite { return firstNode + (IngestSettings.depth - 1) * flush + place + 1 }
    return place < flush ? nil : record.node - flush
  }

  /// At least four hex digits.
  private static func column(_ number: UInt64, at place: UnsafeMutablePointer<UInt8>) -> ByteView {
    UnsafeMutableRawPointer(place).storeBytes(of: RowNumber.eightDigits(number).bigEndian, as: UInt64.self)
    let digits = number < 1 << 16 ? 4 : (number.bitWidth - number.leadingZeroBitCount + 3) / 4
    return ByteView(start: place + 8 - digits, count: digits)
  }

  private func addRandomBytes(_ record: IngestRecord, _ sizes: ZipfSizes, from start: Int) -> Int {
    var random = SeededDraws.mix(settings.seed ^ SeededDraws.mix(UInt64(record.count)))
    let size = sizes.size(Double(random >> 11) / Double(1 << 53))
    let bytes = state.pointee.value + start
    var i = 0
    while i < size {
      random = SeededDraws.mix(random)
      var rest = random
      for _ in 0..<min(8, size - i) {
        bytes[i] = UInt8(truncatingIfNeeded: rest)
        rest >>= 8
        i += 1
      }
    }
    return start + size
  }
}
