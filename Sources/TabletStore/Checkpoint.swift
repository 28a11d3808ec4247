// A checkpoint: what another process needs to go on with a job whose process died. It lies beside the temporary file:
//
//     C000001b.rf_tmp              the partial output
//     C000001b.rf_tmp.checkpoint   three lines:
//         {"version":1,"time":1763696000000,"owner":{..},"job":{..},"size":67115008,"entries":1200000,"next":{..}}
//         {..}                     how the merge goes on, which only the merge understands (MergeCheckpoint.swift)
//         4fdcae5cadd5186d..       XXH3-128 of the two lines
//
// `size` bytes of the partial output were on the disk before the checkpoint was written; the file may have more, which
// are worth nothing. A new checkpoint is written to `C000001b.rf_tmp.checkpoint.new`, synced and renamed, so there is a
// whole one at any moment.
//
// A process that was presumed dead may come back and write what it still had in mind to the partial output. So whoever
// goes on with it, and cannot see that the owner is dead, first puts a copy into its place (`takeOver`). The copy is made
// as `C000001b.rf_tmp.copy`.

internal import Digests
package import Entries
package import Files
package import Records
package import SystemPackage

/// How far a job has come.
package struct Checkpoint: Hashable, Sendable {
  package var job: CompactionJob
  /// Which process made it, and when, in ms since 1970.
  package var owner: ProcessIdentity
  package var time: Int64
  /// Bytes of the temporary file that count, and the entries in them and in the checkpoint.
  package var size: Int64
  package var entries: Int64
  /// The first key of the inputs that the job has not read.
  package var next: Key
  /// One line of JSON: how the merge goes on.
  package var merge: [UInt8]

  package init(
    job: CompactionJob, owner: ProcessIdentity, time: Int64, size: Int64, entries: Int64, next: Key, merge: [UInt8]
  ) {
    self.job = job
    self.owner = owner
    self.time = time
    self.size = size
    self.entries = entries
    self.next = next
    self.merge = merge
  }

  static let suffix = ".checkpoint"
  private static let newSuffix = ".checkpoint.new"
  private static let copySuffix = ".copy"
  private static let version: Int64 = 1
  /// Room for the blocks of an output of some hundred GB.
  private static let limit = 128 << 20

  /// The path of the checkpoint of a temporary file.
  package static func path(of temporary: FilePath) -> FilePath { FilePath(temporary.string + suffix) }

  /// The name of the temporary file to which a name belongs, be it its own, that of its checkpoint or of what is made of
  /// them; nil: it is none of these.
  static func temporary(of name: String) -> String? {
    let suffix = [newSuffix, suffix, copySuffix].first(where: name.hasSuffix) ?? ""
    let temporary = String(name.dropLast(suffix.count))
    return FileName.isTemporary(temporary) ? temporary : nil
  }

  /// Removes the checkpoint of a temporary file, and what was being made. The directory is not synced.
  package static func remove(of temporary: FilePath, on disk: Disk) throws {
    for suffix in [copySuffix, newSuffix, suffix] { try disk.removeIfThere(FilePath(temporary.string + suffix)) }
  }

  /// Makes sure that nobody else writes to the partial output any more. Throws `SystemError`, and what `beat` throws, which
  /// is called from time to time.
  package func takeOver(
    _ temporary: FilePath, by process: ProcessIdentity, on disk: Disk, beat: () throws -> Void
  ) throws {
    guard try owner.life(seenBy: process) != .dead else { return }
    try disk.replaceByCopy(temporary, temporary: FilePath(temporary.string + Self.copySuffix), beat: beat)
  }

  /// Whether it is of this job: the same inputs in the same order, and the same names.
  /// - Parameter local: the name of a file whose URI refers to the directory of the job; any other name as it is.
  package func isOf(_ job: CompactionJob, local: (String) throws -> String = { $0 }) throws -> Bool {
    let old = self.job
    guard old.ecid == job.ecid, old.extent == job.extent, old.propagateDeletes == job.propagateDeletes,
      try local(old.output) == local(job.output), try local(old.tmp) == local(job.tmp),
      old.inputs.count == job.inputs.count
    else { return false }
    return try zip(old.inputs, job.inputs).allSatisfy {
      try $0.range == $1.range && $0.time == $1.time && local($0.file) == local($1.file)
    }
  }

  /// Replaces the checkpoint of a temporary file. Throws `SystemError`; `CheckpointError` for one that is too large.
  package func write(besides temporary: FilePath, on disk: Disk) throws {
    let bytes = bytes
    guard bytes.count <= Self.limit else {
      throw CheckpointError(
        path: Self.path(of: temporary).string, problem: "is not replaced: it would have \(bytes.count) bytes")
    }
    try disk.replace(
      Self.path(of: temporary), with: bytes, temporary: FilePath(temporary.string + Self.newSuffix))
  }

  /// The checkpoint of a temporary file; nil: it has none. Throws `CheckpointError` for one that is damaged,
  /// `SystemError`.
  package init?(of temporary: FilePath) throws {
    let path = Self.path(of: temporary)
    let bytes: [UInt8]
    do { bytes = try readWholeFile(path, limit: Self.limit) } catch let error as SystemError
      where error.errno == .noSuchFileOrDirectory
    { return nil }
    do { try self.init(bytes) } catch { throw CheckpointError(path: path.string, problem: "\(error)") }
  }

  private var bytes: [UInt8] {
    var line = JSONLine()
    line.object { line in
      line.field("version", Self.version)
      line.field("time", time)
      line.object("owner", owner.writeFields)
      line.object("job", job.writeFields)
      line.field("size", size)
      line.field("entries", entries)
      line.field("next", next)
    }
    let lines = line.bytes + [10] + merge + [10]
    return lines + Array("\(Self.digest(lines))\n".utf8)
  }

  private init(_ bytes: [UInt8]) throws {
    let lines = bytes.split(separator: 10, omittingEmptySubsequences: false)
    guard lines.count == 4, lines[3].isEmpty,
      Digest(String(decoding: lines[2], as: UTF8.self)) == Self.digest(bytes[..<lines[2].startIndex])
    else { throw FieldError("", expected: "two lines and their digest", found: "others") }
    let fields = try RecordFields(parsing: Array(lines[0]))
    let version = try fields.integer("version")
    guard version == Self.version else {
      throw FieldError("version", expected: "\(Self.version)", found: "\(version)")
    }
    self.init(
      job: try fields.object("job") { (job) throws(FieldError) in try CompactionJob(job) },
      owner: try fields.object("owner") { (owner) throws(FieldError) in try ProcessIdentity(owner) },
      time: try fields.integer("time"), size: try fields.integer("size"), entries: try fields.integer("entries"),
      next: try fields.object("next") { (key) throws(FieldError) in try Key(key) }, merge: Array(lines[1]))
  }

  private static func digest(_ bytes: some Collection<UInt8>) -> Digest {
    var digest = BytesDigest()
    Array(bytes).withUnsafeBytes { digest.append($0) }
    return digest.digest
  }
}

/// A checkpoint that cannot be used.
package struct CheckpointError: Error, Hashable, CustomStringConvertible {
  var path: String
  var problem: String

  init(path: String, problem: String) { (self.path, self.problem) = (path, problem) }

  package var description: String { "\(path): \(problem)" }
}
