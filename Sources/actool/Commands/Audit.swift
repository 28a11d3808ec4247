import ArgumentParser
import BlockFile
import Compaction
import Records
import TabletStore

/// `actool audit`
struct Audit: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit",
    abstract: "Proves from the results of compactions what became of every entry.",
    discussion: """
      Reads the result records of compact and follows their certificates from file to file: each job must have written or dropped what \
      it read, and must have read what the job before it wrote. Files that still exist are read and compared with their digests and \
      sums. Prints a record for each tablet: what it held at first, what the jobs dropped and made, what it holds now, and every \
      problem, such as a file whose job has no result here.

      Give the results of all jobs; - is standard input. A directory is a tablet or a table, whose files must be those that the results \
      lead to. Without one, the results name the directories. Tablet records (actool tablets DIR) from before the first job can be \
      among the results: with them even the loss of the first results is noticed. The result of a job whose output is still a file \
      of the tablet can be missing, because tablet.json has its certificate. Run audit while no job runs.

        actool plan tables/2 | actool compact >> results.json
        actool audit results.json tables/2

      Status: 0 everything is proven; 1 there are problems; 2 something could not be read.
      """)

  @Argument(help: ArgumentHelp("Files of results, and tablet directories or table directories.", valueName: "path"))
  var paths: [String]

  @Option(help: "json or text. Default: text on a terminal, else json.")
  var format: OutputFormat?

  @OptionGroup var threads: ThreadOptions
  @OptionGroup var limitOptions: BlockLimitOptions
  @OptionGroup var mapOptions: FileMapOptions

  func run() throws {
    let limit = try limitOptions.limit()
    var input = AuditInput(access: try .ofThisProcess(map: mapOptions.mount(), limit: limit))
    for path in paths { try input.read(path) }
    let tablets = try input.tablets()
    for line in input.failures + input.problems { Messages.write("actool audit: \(line)") }

    let (output, pool) = (RecordOutput(), threads.makePool())
    let format = format ?? (StandardOutput.isTerminal ? .text : .json)
    var status: ExitStatus = !input.failures.isEmpty ? .failed : !input.problems.isEmpty ? .found : .done
    for tablet in tablets {
      do {
        let report = try pool.occupy {
          try TabletAudit(tablet.history, in: tablet.directory, pool: pool, limit: limit).run()
        }
        for problem in report.problems { Messages.write("actool audit: \(report.extent): \(problem)") }
        switch format {
        case .json: try output.write { report.write(to: &$0) }
        case .text: try output.write(report.text.inOneLine + "\n")
        }
        try output.flush()
        if !report.isProven, status == .done { status = .found }
      } catch let error as ClosedOutput {
        throw error
      } catch {
        // Goes on with the other tablets.
        Messages.write("actool audit: \(error)")
        status = .failed
      }
    }
    if status != .done { throw status }
  }
}
