/// What dead processes left in a tablet's directory: the `leftovers` record. `plan` prints one for each directory that
/// has leftovers, and `compact` removes them, even without a job for the tablet.
///
///     {"type":"leftovers","directory":"tables/2/t-0001","jobs":["ECID:<uuid>"],"files":["C0001.rf_tmp","F0001.rf"]}
package struct Leftovers: Hashable, Sendable {
  package var directory: String
  /// Ids of jobs whose process is gone.
  package var ecids: [String]
  /// Names of files that are part of no tablet and no running job.
  package var files: [String]

  package init(directory: String, ecids: [String] = [], files: [String] = []) {
    self.directory = directory
    self.ecids = ecids
    self.files = files
  }

  package var isEmpty: Bool { ecids.isEmpty && files.isEmpty }

  /// Appends the record and a line feed.
  package func write(to line: inout JSONLine) {
    line.record("leftovers") { line in
      line.field("directory", directory)
      line.field("jobs", ecids)
      line.field("files", files)
    }
  }

  package init(_ fields: RecordFields) throws(FieldError) {
    self.init(
      directory: try fields.string("directory"), ecids: try fields.strings("jobs", ifAbsent: []),
      files: try fields.strings("files", ifAbsent: []))
  }
}
