import Java
internal import Records

/// A file as the planner sees it: one of the tablet's, or the predicted output of a job.
package struct PlannedFile: Equatable, Sendable {
  enum Identity: Hashable {
    /// A place in the list of the tablet's files, or for `TablePlanner.choices` any number that no other file has.
    case real(Int)
    /// Numbered within one call of the planner, from 0 in 2.1 and from 1 in 4.0.
    case predicted(Int)
  }

  var identity: Identity
  /// Bytes.
  package var size: Int64
  /// A name in the tablet's directory, or a full URI.
  package var file: String

  var isPredicted: Bool { if case .predicted = identity { true } else { false } }

  /// The predicted output of a job over these files.
  init(predicting files: some Collection<PlannedFile>, number: Int) throws(PlanningError) {
    identity = .predicted(number)
    size = try Self.sum(files)
    file = "hdfs://fake/accumulo/tables/adef/t-zzFAKEzz/FAKE-0000\(number).rf"
  }

  init(identity: Identity, size: Int64, file: String) {
    (self.identity, self.size, self.file) = (identity, size, file)
  }

  /// One of the tablet's files, for `TablePlanner.choices`.
  /// - Parameters:
  ///   - number: no other file of the tablet has it.
  ///   - size: at least 0.
  package init(number: Int, size: Int64, file: String) {
    self.init(identity: .real(number), size: size, file: file)
  }

  /// What it was made with; nil for a predicted file, which never leaves a planner.
  package var number: Int? { if case .real(let number) = identity { number } else { nil } }

  /// Accumulo's sums wrap at 2^63 and then lead to wrong executors and files; here that is an error.
  static func sum(_ files: some Sequence<PlannedFile>) throws(PlanningError) -> Int64 {
    var sum: Int64 = 0
    for file in files {
      let (next, overflow) = sum.addingReportingOverflow(file.size)
      guard !overflow else { throw PlanningError("the sizes of the files add up to more than \(Int64.max) bytes") }
      sum = next
    }
    return sum
  }
}

/// Smaller files first; files of equal size in the order of their URIs, where a plain name counts as
/// `file:<directory>/<name>`.
struct FileOrder {
  var directory: String
  /// The files of the tablet, at their places.
  var files: [TabletFile] = []

  func sorted(_ files: [PlannedFile]) -> [PlannedFile] {
    // Places are sorted, not files, whose names have owners to be counted.
    files.indices.sorted { a, b in
      files[a].size != files[b].size ? files[a].size < files[b].size : goesBefore(files[a], files[b])
    }.map { files[$0] }
  }

  /// Of two files of one size.
  private func goesBefore(_ a: PlannedFile, _ b: PlannedFile) -> Bool {
    if a.file == b.file { return range(a).map { x in range(b).map { x < $0 } ?? false } ?? (range(b) != nil) }
    if isPlain(a), isPlain(b) { return a.file.utf16.lexicographicallyPrecedes(b.file.utf16) }
    return uri(a) < uri(b)
  }

  private func range(_ file: PlannedFile) -> FileRange? {
    guard case .real(let place) = file.identity, files.indices.contains(place) else { return nil }
    return files[place].range
  }

  private func isPlain(_ file: PlannedFile) -> Bool { !file.file.utf8.contains(UInt8(ascii: "/")) }

  private func uri(_ file: PlannedFile) -> FileURI {
    FileURI(isPlain(file) ? "file:\(directory)/\(file.file)" : file.file)
  }
}
