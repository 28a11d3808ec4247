import ArgumentParser
import Compaction
import Entries
import Files
import Records
import Reporting
import SystemPackage
import TabletStore

/// `actool report`
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Makes one HTML page with pictures of the records of any command.",
    discussion: """
      The page is one file without links to others, which any browser opens, from a mail too. It has a headline in words, \
      and the pictures that fit what is there:

        series, run, arrival  files per tablet, jobs by executor, data, and the files of tablets as an animation
        tablet                where data and files are, sizes of files, files per tablet
        job, result, audit    bytes by executor, entries by what became of them
        migration, group      tablets by server before and after, with the tablet records
        undefined, corrupt, holes, verify   missing rows among all rows

      Records of other types are skipped. When two inputs have records of one kind, the second is laid over the first. Times are in \
      ms, sizes in bytes.

        actool tablets tables/2 | actool report --output tablets.html
        actool report ratio2.json ratio3.json --output page.html

      The page appears whole or not at all. It may replace an older page of this command, and no other file. Status 2 when there is nothing to draw.
      """)

  @Argument(help: ArgumentHelp("Files of records. Default: - (standard input).", valueName: "file"))
  var files: [String] = ["-"]

  @Option(name: .shortAndLong, help: ArgumentHelp("The page.", valueName: "PAGE.html"))
  var output: String

  @Option(help: ArgumentHelp("A line above the headline. Default: the names of the inputs.", valueName: "TEXT"))
  var title: String?

  @Option(
    help: ArgumentHelp(
      "The tablet whose files to follow over time, by table and end row: '2;m', or '2<' for the last tablet of table 2. "
        + "Default: the three with the most jobs in a sample of 32.", valueName: "EXTENT"))
  var tablet: String?

  func validate() throws {
    guard !output.isEmpty, output != "-" else { throw ValidationError("expected a file for --output") }
    guard files.filter({ $0 == "-" }).count <= 1 else { throw ValidationError("standard input can be read only once") }
    _ = try extent()
  }

  /// The extent of `--tablet`, without its first row.
  private func extent() throws -> KeyExtent? {
    guard let tablet else { return nil }
    if tablet.last == "<", tablet.count > 1, !tablet.contains(";") {
      return KeyExtent(tableId: String(tablet.dropLast()))
    }
    let parts = tablet.split(separator: ";", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty, let row = ByteText.decode(parts[1]), !row.isEmpty else {
      throw ValidationError("--tablet: expected a tablet such as '2;m' or '2<', found '\(tablet)'")
    }
    return KeyExtent(tableId: String(parts[0]), endRow: row)
  }

  func run() throws {
    var report = Report(tablet: try extent())
    for file in files {
      try RecordInput.withFile(file) { descriptor in
        let name = file == "-" ? RecordInput.standardInput : file
        try report.add(
          LineReader(
            source: name, expecting: "a record", blockSize: 1 << 18, read: LineReader.reading(descriptor, named: name)),
          named: label(of: file))
      }
    }
    try write(report.page(title: title))
  }

  /// What an input is called on the page: its file without folder and ending, unless another is called that.
  private func label(of file: String) -> String {
    func short(_ file: String) -> String {
      FilePath(file).stem.map { $0.isEmpty ? file : $0 } ?? file
    }
    if file == "-" { return RecordInput.standardInput }
    return files.count { short($0) == short(file) } > 1 ? file : short(file)
  }

  /// - Throws: `DirectoryError` when there is a file of that name that is not a page of this command.
  private func write(_ page: [UInt8]) throws {
    let access = try DirectoryAccess.ofThisProcess(map: FileMap(), disk: TestFault.disk())
    if try isPage(output) {
      return try access.disk.replace(
        FilePath(output), with: page, temporary: FilePath("\(output).\(access.owner.mark).tmp"))
    }
    let conditions = RunConditions(access: access, stop: Signals.stop, clock: SystemClock.steady)
    try OutputMerge(conditions: conditions).make(FilePath(output)) { temporary, _ in
      let file = try access.disk.create(temporary)
      try page.withUnsafeBytes { try file.write($0) }
      try file.sync()
      try file.close()
    }
  }

  private func isPage(_ path: String) throws -> Bool {
    guard let status = try FileStatus.ofLink(FilePath(path)), status.kind == .file else { return false }
    var start: [UInt8] = []
    try RecordInput.withFile(path) { file in
      start = try [UInt8](unsafeUninitializedCapacity: ReportMark.length) { memory, count in
        count = try file.read(into: UnsafeMutableRawBufferPointer(memory))
      }
    }
    return ReportMark.isPage(start)
  }
}
