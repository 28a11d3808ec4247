import ArgumentParser
import Files
import Metadata
import Records
import SystemPackage

/// `actool tablets`
struct TabletsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tablets",
    abstract: "Prints the tablets of directories or of a live cluster's metadata, one record each.",
    discussion: """
      The records are what plan and balance read. The metadata is text from Accumulo's shell; it is read as a stream.

        accumulo shell -e 'scan -np -t accumulo.metadata' > metadata.txt
        actool tablets --metadata metadata.txt --table 2 | actool balance --group-regex '(..).*' --default-group none

      Status 1 when a table has a hole or an overlap; its tablets are printed all the same.
      """)

  @Argument(help: "Tablet or table directories, or files of tablet records; - is standard input, and the default.")
  var paths: [String] = []

  @Option(help: ArgumentHelp("What `scan -t accumulo.metadata` printed; - is standard input.", valueName: "FILE"))
  var metadata: String?

  @Option(
    name: .customLong("table"), parsing: .singleValue,
    help: ArgumentHelp("Only this table. Repeatable.", valueName: "ID"))
  var tables: [String] = []

  @OptionGroup var servers: ServerOptions
  @OptionGroup var directories: DirectoryOptions

  func validate() throws {
    if metadata != nil, !paths.isEmpty { throw ValidationError("expected paths or --metadata FILE, found both") }
  }

  func run() throws {
    let output = StandardOutput()
    var line = JSONLine()
    var sequence = TableSequence()
    var isWhole = true
    func check(_ next: KeyExtent?) {
      for problem in sequence.problems(before: next) {
        isWhole = false
        Messages.write("actool tablets: \(problem)")
      }
    }
    func write(_ tablet: Tablet) throws {
      guard tables.isEmpty || tables.contains(tablet.extent.tableId) else { return }
      if metadata != nil { check(tablet.extent) }
      tablet.write(to: &line)
      guard line.bytes.count >= 1 << 15 else { return }
      try output.write(line.bytes)
      line.removeAll()
    }
    do {
      for server in try servers.listed() ?? [] { TabletServer(server).write(to: &line) }
      if let metadata {
        try MetadataInput.forEach(in: metadata, write)
        check(nil)
      } else {
        try TabletInput(access: directories.access()).forEach(
          in: paths, servers: { TabletServer($0).write(to: &line) }, { try write($0.tablet) })
      }
      try output.write(line.bytes)
      try output.flush()
    } catch let error as ClosedOutput {
      throw error
    } catch {
      try output.write(line.bytes)
      try output.flush()
      throw error
    }
    if !isWhole { throw ExitStatus.found }
  }
}

/// The text of the metadata table, from a file or standard input.
enum MetadataInput {
  static func forEach(in path: String, _ body: (Tablet) throws -> Void) throws {
    if path == "-" { return try forEach(in: .standardInput, named: "standard input", body) }
    let file: FileDescriptor
    do { file = try FileDescriptor.open(FilePath(path), .readOnly) } catch let error as Errno {
      throw SystemError("open", path, error)
    }
    try file.closeAfter { try forEach(in: file, named: path, body) }
  }

  private static func forEach(in file: FileDescriptor, named name: String, _ body: (Tablet) throws -> Void) throws {
    var reader = MetadataReader(file, source: name)
    var isEmpty = true
    while let tablet = try reader.next() {
      isEmpty = false
      try body(tablet)
    }
    // Text without an entry may stand before and after a scan; alone it is something else than a scan.
    if isEmpty { throw NoTablets(source: name) }
  }
}

/// A text of the metadata table without a tablet.
struct NoTablets: Error, CustomStringConvertible {
  var source: String

  var description: String { "\(source): expected what scan -t accumulo.metadata prints, found no tablet in it" }
}
