import BlockFile
import Digests
import Entries
import Files
import RFile
import Records
import SystemPackage
package import TabletStore

// The second line of a checkpoint, which says how the merge goes on (TabletStore/Checkpoint.swift has the others):
//
//     {"settings":"6f..",                                         digest of all that decides the bytes of the output
//      "now":1763696000000,                                       the time of the compaction, for its iterators
//      "inputs":[{"size":..,"inode":..,"modified":..,"index":"c4.."}],    in the order of the job
//      "digest":"4f..",                                           of the bytes of the partial output
//      "entriesRead":1300000,
//      "groups":["AMCBAv..","A.."],                               `WrittenBlocks` of each group, in base64
//      "tail":{"bytes":"..","rawSize":..,"entries":..,"copied":false},
//      "accounts":[{"input":0,"entries":..,"sum":".."},{"dropped":"versions",..},{"output":true,..}]}

/// How a merge goes on, and with what.
package struct MergeCheckpoint: Hashable {
  /// What must be as it was.
  struct Conditions: Hashable {
    var settings: Digest
    var inputs: [InputIdentity]
  }

  var conditions: Conditions
  /// ms since 1970
  var now: Int64
  /// Of the partial output.
  var digest: Digest
  package var state: MergeState
}

/// A file that is the same as before if all of this is.
struct InputIdentity: Hashable {
  var size: Int64
  var inode: UInt64
  /// Nanoseconds since 1970.
  var modified: Int64
  /// Of the block `RFile.index`.
  var index: Digest

  /// Throws `FileError` for a file that has changed since it had this status, `SystemError`.
  init(_ path: String, status: FileStatus, loader: BlockLoader) throws {
    let reader = try RFileReader(path: path, loader: loader)
    guard try FileStatus.of(FilePath(path)) == status else {
      throw FileError(path: path, cause: "the file changed while it was read")
    }
    var digest = BytesDigest()
    try reader.file.metaBlock("RFile.index", loader: loader)?.withUnsafeBytes { digest.append($0) }
    (size, inode, modified) = (status.size, status.inode, status.modified)
    index = digest.digest
  }
}

extension MergeCheckpoint {
  /// One line, without a line feed.
  var json: [UInt8] {
    var line = JSONLine()
    line.object { line in
      line.field("settings", conditions.settings.description)
      line.field("now", now)
      line.array("inputs", conditions.inputs) { line, input in
        line.object { line in
          line.field("size", input.size)
          line.field("inode", Int64(bitPattern: input.inode))
          line.field("modified", input.modified)
          line.field("index", input.index.description)
        }
      }
      line.field("digest", digest.description)
      line.field("entriesRead", state.entriesRead)
      line.field("groups", state.writer.groups.map { Base64.encode($0.bytes) })
      if let tail = state.writer.tail {
        line.object("tail") { line in
          line.field("bytes", Base64.encode(tail.bytes))
          line.field("rawSize", tail.rawSize)
          line.field("entries", tail.entries)
          line.field("copied", tail.isCopied)
        }
      }
      guard let accounts = state.accounts else { return }
      line.array("accounts", accounts) { line, account in
        line.object { line in
          switch account.title {
          case .input(let number): line.field("input", number)
          case .dropped(let name): line.field("dropped", name)
          case .made(let name): line.field("made", name)
          case .output: line.field("output", true)
          }
          account.sum.write(to: &line)
        }
      }
    }
    return line.bytes
  }

  /// Throws `FieldError`, `JSONSyntaxError`.
  package init(_ checkpoint: Checkpoint) throws {
    let fields = try RecordFields(parsing: checkpoint.merge)
    conditions = Conditions(
      settings: try fields.digest("settings"),
      inputs: try fields.array("inputs") { (input) throws(FieldError) in try InputIdentity(RecordFields(input)) })
    now = try fields.integer("now", in: Int64.min...Int64.max)
    digest = try fields.digest("digest")
    let groups = try fields.strings("groups").map { WrittenBlocks(bytes: try Self.bytes($0, "groups")) }
    guard !groups.isEmpty else { throw FieldError("groups", expected: "at least one group", found: "none") }
    let tail = try fields.optionalObject("tail") { (tail) throws(FieldError) in
      WriterState.Tail(
        bytes: try Self.bytes(try tail.string("bytes"), "tail.bytes"),
        rawSize: Int(try tail.integer("rawSize", in: 0...Int64(Int32.max))),
        entries: Int(try tail.integer("entries", in: 0...Int64(Int32.max))),
        isCopied: try tail.boolean("copied", ifAbsent: false))
    }
    state = MergeState(
      writer: WriterState(groups: groups, tail: tail), next: checkpoint.next,
      entriesRead: try fields.integer("entriesRead"), entriesWritten: checkpoint.entries,
      accounts: fields.has("accounts")
        ? try fields.array("accounts") { (account) throws(FieldError) in
          try MergeState.Account(RecordFields(account))
        } : nil)
  }

  private static func bytes(_ text: String, _ field: String) throws(FieldError) -> [UInt8] {
    guard let bytes = Base64.decode(text) else { throw FieldError(field, expected: "base64", found: "other letters") }
    return bytes
  }
}

extension InputIdentity {
  fileprivate init(_ fields: RecordFields) throws(FieldError) {
    size = try fields.integer("size")
    inode = UInt64(bitPattern: try fields.integer("inode", in: Int64.min...Int64.max))
    modified = try fields.integer("modified", in: Int64.min...Int64.max)
    index = try fields.digest("index")
  }
}

extension MergeState.Account {
  fileprivate init(_ fields: RecordFields) throws(FieldError) {
    let title: EntryLedger.Title
    if let number = try fields.optionalInteger("input", in: 0...Int64(Int32.max)) {
      title = .input(Int(number))
    } else if let name = try fields.optionalString("dropped") {
      title = .dropped(name)
    } else if let name = try fields.optionalString("made") {
      title = .made(name)
    } else {
      title = .output
    }
    self.init(title: title, sum: try EntrySum(fields))
  }
}

extension RecordFields {
  fileprivate func digest(_ name: StaticString) throws(FieldError) -> Digest {
    guard let digest = try optionalDigest(name) else {
      throw FieldError("\(name)", expected: "32 hexadecimal digits", found: "nothing")
    }
    return digest
  }
}
