import Digests
import Entries
package import Records

// The history of a tablet, put together from the results of its jobs. The certificate of a job says what it read of each
// input, what it dropped and made, and what it wrote. Files link the jobs into chains:
//
//     F1 ── 100 ──┐
//     F2 ──  80 ──┴─ job 1 ── 150 ── C3 ── 150 ──┐
//     F4 ──  50 ─────────────────────────────────┴─ job 2 ── 190 ── A5
//                    dropped 30                     dropped 10
//
// No job wrote F1, F2 and F4, so they belong to the first state. No job read A5, so it belongs to the present state and must
// exist. C3 is gone, but it is proven too if job 2 read what job 1 wrote. Then, in counts and in sums:
//
//     first state + made = present state + dropped           230 = 190 + 40
//
// A missing result leaves a gap: without job 2 it is unknown where C3 went, without job 1 where it came from.

/// The jobs of a tablet and the files that link them. Takes a few hundred bytes per job and per file.
package struct TabletHistory: Sendable {
  /// A file as its writer describes it.
  struct Written: Hashable, Sendable {
    var sum: EntrySum
    var digest: Digest?
    /// Bytes.
    var size: Int64
  }

  /// A file that some job wrote or read, or a part of one.
  struct Trace: Sendable {
    /// The text of a `FilePart`.
    let name: String
    /// The index of the job that wrote it; nil if it existed before the first job.
    var writer: Int?
    var written: Written?
    /// The index of the job that read it; nil if none did.
    var reader: Int?
    /// The entries that the reader found in it.
    var read = EntrySum()
  }

  struct Job: Sendable {
    let ecid: String
    /// `results.json, line 3`
    let place: String
    let inputs: [Int]
  }

  package let extent: KeyExtent
  private(set) var traces: [Trace] = []
  private var numbers: [String: Int] = [:]
  private(set) var jobs: [Job] = []
  /// The result of each job, by job id.
  private var results: [String: Outcome] = [:]
  /// The entries that all jobs dropped and made, by fate.
  private(set) var dropped: [String: EntrySum] = [:]
  private(set) var made: [String: EntrySum] = [:]
  /// The outputs of jobs without a certificate.
  private(set) var uncertified: Set<String> = []
  /// The files before the first job; nil if no record says which they were.
  private(set) var firstState: [String: TabletFile]?
  /// The directory that the results name.
  package private(set) var directory: String?
  /// What is wrong with the results themselves, a line each.
  private(set) var problems: [String] = []

  package init(_ extent: KeyExtent) { self.extent = extent }

  /// What two results of one job have in common.
  private struct Outcome {
    /// Hashes: of all of it, of it without what differs when it is told again, and of its certificate, which may be gone
    /// then.
    private let whole: Int
    private let lasting: Int
    private let certificate: Int?
    private let already: Bool

    init(_ result: CompactionResult) {
      whole = result.hashValue
      var lasting = result
      (lasting.already, lasting.seconds, lasting.certificate) = (false, 0, nil)
      self.lasting = lasting.hashValue
      certificate = result.certificate?.hashValue
      already = result.already
    }

    func agrees(with other: Outcome) -> Bool {
      guard already || other.already else { return whole == other.whole }
      guard lasting == other.lasting else { return false }
      return certificate == other.certificate || (already && certificate == nil)
        || (other.already && other.certificate == nil)
    }
  }

  /// The trace of a file; nil if no job wrote or read it.
  func trace(of file: String) -> Trace? { numbers[file].map { traces[$0] } }

  /// Uses a tablet record as the state before the first job.
  /// - Parameter place: the line of the record, for messages.
  package mutating func begin(with tablet: Tablet, at place: String) {
    guard tablet.hasFiles else { return }
    let files = Dictionary(tablet.files.map { ($0.part.description, $0) }) { first, _ in first }
    guard firstState == nil || firstState == files else {
      problems.append("\(place): a second, different first state of the tablet: give only one")
      return
    }
    firstState = files
  }

  /// Adds a result. Results can come in any order, and the same one several times, also as that of a job that had finished
  /// already. Failed jobs changed nothing and are ignored.
  /// - Parameter place: the line of the record, for messages.
  package mutating func add(_ result: CompactionResult, at place: String) {
    guard result.state == .finished else { return }
    let outcome = Outcome(result)
    if let known = results[result.ecid] {
      if !known.agrees(with: outcome) { problems.append("\(place): a second, different result of \(result.ecid)") }
      return
    }
    results[result.ecid] = outcome
    if let path = result.directory {
      if let directory, directory != path { problems.append("\(place): expected \(directory), found \(path)") }
      directory = path
    }
    guard let certificate = result.certificate else {
      problems.append("\(place): \(result.ecid) has no certificate, so nothing is known of its inputs")
      if let output = result.output { uncertified.insert(output) }
      return
    }
    if let name = Self.unsafeName(in: result, certificate) {
      problems.append("\(place): expected the name of an .rf file, found \"\(name.prefix(60))\"")
      return
    }
    problems += Self.contradictions(in: result, certificate).map { "\(place): \(result.ecid): \($0)" }
    add(certificate, of: result, at: place)
  }

  /// Adds the certificate that `tablet.json` keeps of a file, in case the result was lost. If it was not, they must agree.
  mutating func add(_ certificate: Certificate, of file: TabletFile) {
    let place = "tablet.json"
    if let written = trace(of: file.file)?.written {
      guard written.sum != certificate.output || written.digest != certificate.digest else { return }
      problems.append("\(file.file): \(place) has a certificate that differs from its result")
      return
    }
    let read = certificate.inputs.reduce(0) { $0 &+ $1.sum.count }
    add(
      CompactionResult(
        ecid: "the job that wrote \(file.file)", extent: extent, state: .finished, fileSize: file.size,
        entries: file.entries, entriesRead: read, output: file.file, certificate: certificate), at: place)
  }

  /// The first file name that is not safe to use in a path.
  private static func unsafeName(in result: CompactionResult, _ certificate: Certificate) -> String? {
    if let output = result.output, !FileName.isDataFile(output) { return output }
    return certificate.inputs.map(\.name).first { name in
      let file = FilePart(text: name).file
      return !FileName.isDataFile(file) && !FileName.isDataFileURI(file)
    }
  }

  /// Contradictions within a result.
  private static func contradictions(in result: CompactionResult, _ certificate: Certificate) -> [String] {
    var problems: [String] = []
    if let imbalance = certificate.imbalance { problems.append(imbalance) }
    let read = certificate.inputs.reduce(0) { $0 &+ $1.sum.count }
    if read != result.entriesRead {
      problems.append("read \(result.entriesRead) entries, and \(read) by its certificate")
    }
    if certificate.output.count != result.entries {
      problems.append("wrote \(result.entries) entries, and \(certificate.output.count) by its certificate")
    }
    if result.output != nil, certificate.digest == nil { problems.append("has no digest of its output") }
    if (result.output == nil) != (result.entries == 0) {
      problems.append("wrote \(result.entries) entries to \(result.output ?? "no file")")
    }
    return problems
  }

  private mutating func add(_ certificate: Certificate, of result: CompactionResult, at place: String) {
    let job = jobs.count
    let inputs = certificate.inputs.map { register($0.name) }
    jobs.append(Job(ecid: result.ecid, place: place, inputs: inputs))
    for (number, account) in zip(inputs, certificate.inputs) {
      if let other = traces[number].reader {
        problems.append("\(place): \(result.ecid) took \(account.name), and so did \(jobs[other].ecid)")
      } else {
        traces[number].reader = job
        traces[number].read = account.sum
      }
    }
    for account in certificate.dropped { dropped[account.name, default: EntrySum()] += account.sum }
    for account in certificate.made { made[account.name, default: EntrySum()] += account.sum }
    guard let output = result.output else { return }
    let number = register(output)
    if let other = traces[number].writer {
      problems.append("\(place): \(result.ecid) wrote \(output), and so did \(jobs[other].ecid)")
      return
    }
    traces[number].writer = job
    traces[number].written = Written(sum: certificate.output, digest: certificate.digest, size: result.fileSize)
  }

  private mutating func register(_ file: String) -> Int {
    if let number = numbers[file] { return number }
    numbers[file] = traces.count
    traces.append(Trace(name: file))
    return traces.count - 1
  }
}
