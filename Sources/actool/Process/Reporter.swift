import Files
import Records

/// Records to standard output; messages and progress to standard error. Used by one thread.
final class Reporter {
  enum Progress { case none, line, records }

  let isQuiet: Bool
  private let command: String
  private let progress: Progress
  private let output = RecordOutput()
  private var isDrawn = false
  private var lastDrawn: Duration?

  /// Between two reports of the progress of one piece of work.
  private static let pause = Duration.milliseconds(400)

  init(command: String, isQuiet: Bool, progress: Progress) {
    self.command = command
    self.isQuiet = isQuiet
    self.progress = progress
  }

  func write(_ job: CompactionJob) throws { try write { job.write(to: &$0) } }
  func write(_ result: CompactionResult) throws { try write { result.write(to: &$0) } }
  func write(_ summary: Summary) throws { try write { summary.write(to: &$0) } }

  private func write(_ body: (inout JSONLine) -> Void) throws {
    if StandardOutput.isTerminal { endProgress() }
    try output.write(body)
  }

  /// Call this when a reader should see what was written.
  func flush() throws { try output.flush() }

  /// Reports a problem.
  func warn(_ text: String) {
    endProgress()
    Messages.write("actool \(command): \(text)")
  }

  /// Reports what is good to know; silent with `--quiet`.
  func say(_ text: String) {
    guard !isQuiet else { return }
    endProgress()
    Messages.write(text)
  }

  /// Reports how far the work is, the first time and then at most twice a second.
  /// - Parameter always: with a record even so.
  func progress(_ work: WorkProgress, always: Bool = false) {
    guard progress != .none else { return }
    let now = SystemClock.steady()
    if let lastDrawn, now - lastDrawn < Self.pause, !(always && progress == .records) { return }
    lastDrawn = now
    if progress == .records {
      writeRecord(work.counts)
    } else if let terminal = Terminal.ofMessages {
      draw(work.line(on: terminal))
    }
  }

  private func writeRecord(_ counts: [(name: String, value: Int64)]) {
    var line = JSONLine()
    line.record("progress") { line in
      line.field("command", command)
      for count in counts { line.field(count.name, count.value) }
    }
    Messages.write(raw: line.text)
  }

  private func draw(_ line: String) {
    isDrawn = true
    Messages.write(raw: "\r\u{1B}[K" + line)
  }

  /// Clears the progress line to make room for a message.
  func endProgress() {
    guard isDrawn else { return }
    isDrawn = false
    Messages.write(raw: "\r\u{1B}[K")
  }
}
