import BlockFile
import Files
import RFile
import Records
import Remote
import SystemPackage
import TabletStore

/// What `info` found in a file.
struct FileReport {
  struct Problem {
    /// One line; names the file and the place.
    var text: String
    var status: ExitStatus
  }

  /// As it was given, but without a password that it may hold.
  var file: String
  var summary: RFileSummary?
  /// Nil without a check, or when the file could not be read.
  var isSound: Bool?
  /// For a sound file: among others, which blocks have checksums, and so how much damage the check could have seen.
  var found: RFileCheck?
  var bloom: BloomReport?
  /// Nil when the file has none, or nobody asked.
  var summaries: [FileSummary]?
  var index: [IndexLine] = []
  var problem: Problem?
  /// For the temporary file of a job that can go on: how far it has come.
  var partial: Checkpoint?
  /// Of a file on a server: what it took to read it, for people.
  var traffic: String?

  var status: ExitStatus { problem?.status ?? .done }

  /// Reads a file. `check`: read every block; `index`: list the entries of the index; `summaries`: read them.
  init(
    of file: String, map: FileMap, check: Bool, index: Bool, summaries: Bool, pool: CodecPool, limit: BlockLimit
  ) {
    self.file = RemoteName.shown(file)
    let before = RemotePath.traffic
    do {
      let path = try map.path(of: file)
      if FileName.isTemporary(path.lastComponent?.string ?? "") { partial = try Checkpoint(of: path) }
      if partial != nil { return }
      let loader = BlockLoader(pool: pool, limit: limit)
      defer {
        let now = RemotePath.traffic
        let requests = now.requests - before.requests
        if requests > 0 {
          traffic = "\(requests) request\(requests == 1 ? "" : "s"), \(now.bytes - before.bytes) bytes received"
        }
      }
      let reader = try RFileReader(path: path.string, loader: loader)
      summary = try reader.summary(loader: loader)
      bloom = try reader.usableBloomFilter(loader: loader).map { BloomReport($0) }
      if summaries { self.summaries = try reader.summaries(loader: loader) }
      if index { self.index = try IndexLine.all(of: reader, loader: loader) }
      if check {
        found = try reader.check(loader: loader, checksums: true)
        isSound = true
      }
    } catch let error as FileError where check && error.kind == .corrupt {
      isSound = false
      problem = Problem(text: error.description, status: .found)
    } catch {
      problem = Problem(text: "\(error)", status: .failed)
    }
  }
}

/// An entry of an index block.
struct IndexLine {
  /// Nil for the default group.
  var group: String?
  var isSample: Bool
  var level: Int
  var entry: IndexEntry
  var region: BlockRegion

  /// Parents first, in key order.
  static func all(of reader: RFileReader, loader: BlockLoader) throws -> [IndexLine] {
    var lines: [IndexLine] = []
    for (kind, groups) in [(GroupKind.data, reader.groups), (.sample, reader.sampleGroups)] {
      for (i, group) in groups.enumerated() {
        try reader.forEachIndexBlock(ofGroup: i, kind, loader: loader) { block, _ in
          guard block.level > 0 else { return }
          for j in 0..<block.count {
            let entry = try FileError.locating(reader.path, "index block of level \(block.level)") {
              try block.entry(j)
            }
            guard let region = entry.region else { continue }
            lines.append(
              IndexLine(group: group.name, isSample: kind == .sample, level: block.level, entry: entry, region: region))
          }
        }
        try reader.forEachDataBlock(ofGroup: i, kind, loader: loader) { entry, region in
          lines.append(IndexLine(group: group.name, isSample: kind == .sample, level: 0, entry: entry, region: region))
        }
      }
    }
    return lines
  }
}
