import Records

/// Records to standard output; messages and progress to standard error. Used by one thread.
final class Reporter {
  enum Progress { case none, line, records }

  private let command: String
  private let isQuiet: Bool
  private let progress: Progress
  private let output = RecordOutput()
  private var isDrawn = false

  init(command: String, isQuiet: Bool, progress: Progress) {
    self.command = command
    self.isQuiet = isQuiet
    self.progress = progress
  }

  func write(_ job: CompactionJob) throws { try output.write { job.write(to: &$0) } }
  func write(_ result: CompactionResult) throws { try output.write { result.write(to: &$0) } }
  func write(_ summary: Summary) throws { try output.write { summary.write(to: &$0) } }

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

  func progress(_ counts: [(name: String, value: Int64)]) {
    switch progress {
    case .none: break
    case .line:
      isDrawn = true
      Messages.write(raw: "\r\u{1B}[K" + counts.map { "\($0.name) \($0.value)" }.joined(separator: "  "))
    case .records:
      var line = JSONLine()
      line.record("progress") { line in
        line.field("command", command)
        for count in counts { line.field(count.name, count.value) }
      }
      Messages.write(raw: line.text)
    }
  }

  /// Clears the progress line to make room for a message.
  func endProgress() {
    guard isDrawn else { return }
    isDrawn = false
    Messages.write(raw: "\r\u{1B}[K")
  }
}
