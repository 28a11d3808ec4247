import BlockFile
import Entries

/// The entries of one run, in order. Reads a block at a time.
final class RunCursor {
  private let units: UnitReader
  private var rest: ArraySlice<SurvivingBlock>
  private let buffer = BlockBuffer()
  private let onRead: (Int) throws -> Void
  private let state: UnsafeMutablePointer<State>
  /// The entry that `advance` moved to.
  let view: EntryPointer

  private struct State {
    var decoder = RelativeKeyDecoder()
    var remaining = 0
  }

  init(_ run: SurvivingRun, _ units: UnitReader, onRead: @escaping (Int) throws -> Void) {
    self.units = units
    self.onRead = onRead
    rest = run.blocks[...]
    state = .allocate(capacity: 1)
    state.initialize(to: State())
    let offset = MemoryLayout<State>.offset(of: \State.decoder.view)!
    view = UnsafePointer(UnsafeMutableRawPointer(state).advanced(by: offset).assumingMemoryBound(to: EntryView.self))
  }

  deinit {
    state.pointee.decoder.free()
    state.deallocate()
  }

  /// Moves to the next entry; false after the last. Throws `SystemError`; `FileError` when the file has changed since
  /// it was surveyed.
  func advance() throws -> Bool {
    while state.pointee.remaining == 0 {
      guard let block = rest.popFirst() else { return false }
      guard try units.load(block.region, end: units.source.count, into: buffer) == nil else { throw changed(block) }
      try onRead(Int(block.region.compressedSize))
      state.pointee.decoder.begin(buffer.start, count: buffer.count)
      state.pointee.remaining = block.entryCount
    }
    state.pointee.remaining -= 1
    do { try state.pointee.decoder.decode() } catch { throw changed(nil) }
    return true
  }

  private func changed(_ block: SurvivingBlock?) -> FileError {
    FileError(
      path: units.source.path, place: block.map { "block at offset \($0.region.offset)" } ?? "",
      cause: "it changed while it was read")
  }
}
