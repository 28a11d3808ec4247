import BlockFile
import Digests
import Entries
import Files
import RFile
import Records
import SystemPackage

/// Examines files for an audit: their bytes, their soundness, and their entries in the rows of a tablet.
struct FileEvidence {
  let rows: RowRange
  let pool: CodecPool
  let limit: BlockLimit

  private var loader: BlockLoader { BlockLoader(pool: pool, limit: limit) }

  /// Describes how a file differs from what is expected; nil if it does not. Throws if it cannot look.
  ///
  /// - Parameters:
  ///   - range: the part of the file that counts; nil: all of it.
  ///   - digest: the digest of the bytes; nil if not known, like `size`.
  func problem(
    of path: FilePath, _ range: FileRange?, expecting sum: EntrySum, _ digest: Digest?, _ size: Int64?
  ) throws -> String? {
    guard let status = try FileStatus.of(path) else { return "is not there" }
    if let size, status.size != size { return "expected \(size) bytes, found \(status.size)" }
    if let digest, try Self.digest(of: path) != digest {
      return Self.text(ofOtherBytes: try? self.sum(of: path, range), sum)
    }
    switch try self.sum(of: path, range) {
    case .failure(let problem): return problem.text
    case .success(sum): return nil
    case .success(let found): return "expected \(TabletHistory.text(sum)), found \(TabletHistory.text(found))"
    }
  }

  /// Describes a file that has another digest than the one written. `found` is nil if it cannot be read at all.
  private static func text(ofOtherBytes found: Result<EntrySum, Problem>?, _ sum: EntrySum) -> String {
    switch found {
    case .success(sum)?: "has the expected entries but other bytes: another program wrote it"
    case .success(let found)?: "expected \(TabletHistory.text(sum)), found \(TabletHistory.text(found))"
    case .failure(let problem)?: "has other bytes than were written: \(problem)"
    case nil: "has other bytes than were written"
    }
  }

  /// Describes how a whole file differs from what a record says of it; nil if it does not, or if it cannot be read, which
  /// `sum(of:_:)` describes.
  func problem(of path: FilePath, listedAs file: TabletFile, in record: String) throws -> String? {
    guard let status = try FileStatus.of(path) else { return nil }
    if status.size != file.size { return "has \(status.size) bytes, but \(record) lists it with \(file.size)" }
    guard file.entries > 0 else { return nil }
    do {
      let entries = try RFileReader(path: path.string, loader: loader).countEntries(loader: loader)
      return entries == file.entries
        ? nil : "has \(entries) entries, but \(record) lists it with \(file.entries)"
    } catch let error as FileError where error.kind != .unsupported {
      return nil
    }
  }

  struct Problem: Error, CustomStringConvertible {
    var text: String
    var description: String { text }
  }

  /// The sum of all entries in the rows, with the timestamps of their keys, if the file is sound.
  func sum(of path: FilePath, _ range: FileRange?) throws -> Result<EntrySum, Problem> {
    guard try FileStatus.of(path) != nil else { return .failure(Problem(text: "is not there")) }
    do {
      let reader = try RFileReader(path: path.string, loader: loader)
      let check = try reader.check(loader: loader, sums: true)
      let rows = range.map { self.rows.intersection($0.rows) } ?? self.rows
      if try rows.hold(reader, loader) { return .success(check.sum) }
      var sum = EntrySum()
      let entries = try FileScan().entries(of: [MergeInput(path.string, rows: rows)], loader: loader)
      while let entry = try entries.next() { sum.add(entry) }
      return .success(sum)
    } catch let error as FileError where error.kind != .unsupported {
      return .failure(Problem(text: "\(error)"))
    }
  }

  /// The digest of all bytes of the file.
  private static func digest(of path: FilePath) throws -> Digest {
    let source = try ByteSource(path: path.string)
    var digest = BytesDigest()
    var place: Int64 = 0
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
    defer { buffer.deallocate() }
    while place < source.count {
      let part = UnsafeMutableRawBufferPointer(rebasing: buffer[..<Int(min(Int64(buffer.count), source.count - place))])
      try source.read(at: place, into: part)
      digest.append(UnsafeRawBufferPointer(part))
      place += Int64(part.count)
    }
    return digest.digest
  }
}

extension RowRange {
  /// Whether all entries of a file are in the rows.
  fileprivate func hold(_ reader: RFileReader, _ loader: BlockLoader) throws -> Bool {
    if start == nil, end == nil { return true }
    let summary = try reader.summary(loader: loader)
    guard let first = summary.firstKey, let last = summary.lastKey else { return true }
    return contains(first.row) && contains(last.row)
  }
}
