// Makes exportMetadata.zip and distcp.txt in a directory that already holds the files of all tablets. The archive comes last,
// by a rename: a directory without it cannot be imported.
//
//     tablets ─> metadata.bin in scratch space ─┐
//     info, properties ─────────────────────────┴> exportMetadata.zip_tmp, synced, read back ─> exportMetadata.zip

import BlockFile
import Digests
import Entries
package import Files
import Records
package import SystemPackage
import TabletStore

/// Writes an exported table, tablet by tablet.
package final class ExportWriter {
  private let directory: FilePath
  private let isVersion4: Bool
  private let disk: Disk
  private let metadata: ScratchFile
  private var buffer: [UInt8] = []
  private var sequence = ExtentSequence()
  private var tablets: Int64 = 0
  private var digest = BytesDigest()
  /// The names of the files that tablets name.
  package private(set) var names: Set<String> = []

  private static let bufferSize = 1 << 20

  /// - Parameter source: whose info is written again.
  /// - Throws: `SystemError`.
  package init(into directory: FilePath, as source: ExportDirectory, disk: Disk) throws {
    self.directory = directory
    self.disk = disk
    isVersion4 = source.info.exportVersion >= 2
    metadata = try ScratchFile(in: directory, on: disk)
  }

  /// Adds the next tablet. Its files must lie in the directory.
  /// - Throws: `ExportError` when it does not follow the tablet before it, `DirectoryError` for a missing file.
  package func append(_ tablet: ExportedTablet) throws {
    let extent = tablet.tablet.extent
    if let problem = sequence.problems(before: extent).first {
      throw ExportError(place: directory.string, problem: "\(problem): nothing is written")
    }
    let row = Array(extent.tableId.utf8) + (extent.endRow.map { [UInt8(ascii: ";")] + $0 } ?? [UInt8(ascii: "<")])
    let files = tablet.tablet.files.map { (qualifier: Array($0.qualifier(isVersion4: isVersion4).utf8), file: $0) }
    for (qualifier, file) in files.sorted(by: { $0.qualifier.lexicographicallyPrecedes($1.qualifier) }) {
      try check(file)
      append(row, "file", qualifier, Array("\(file.size),\(file.entries)\(file.time.map { ",\($0)" } ?? "")".utf8))
    }
    append(row, "srv", Array("time".utf8), Array(tablet.time.utf8))
    if isVersion4, let availability = tablet.availability {
      append(row, "~tab", Array("availability".utf8), Array(availability.utf8))
    }
    append(row, "~tab", Array("~pr".utf8), extent.prevEndRow.map { [1] + $0 } ?? [0])
    tablets += 1
    if buffer.count >= Self.bufferSize { try flush() }
  }

  /// Writes distcp.txt and, when all of it is on the disk and was read back, the archive.
  /// - Parameters:
  ///   - config: the text of the properties.
  ///   - now: the time of the export, in ms since 1970.
  /// - Throws: `ExportError`, `SystemError`; then there is no archive.
  package func finish(info: [UInt8], config: [UInt8], now: Int64) throws {
    if let problem = sequence.problems(before: nil).first {
      throw ExportError(place: directory.string, problem: "\(problem): nothing is written")
    }
    try flush()
    let lines = (names.sorted() + [DataPath.exportArchive]).map {
      "file://\(directory.string.hasPrefix("/") ? "" : "/")\(directory.appending($0).string)\n"
    }
    try disk.replace(
      directory.appending("distcp.txt"), with: Array(lines.joined().utf8),
      temporary: directory.appending("distcp.txt_tmp"))
    let temporary = directory.appending(DataPath.exportArchive + "_tmp")
    try disk.removeIfThere(temporary)
    do {
      try writeArchive(temporary, info: info, config: config, now: now)
      try readBack(temporary, info: info, config: config)
      try disk.renameWithoutReplacing(temporary, to: directory.appending(DataPath.exportArchive))
    } catch {
      _ = try? disk.removeIfThere(temporary)
      throw error
    }
    try disk.syncDirectory(directory)
  }

  private func check(_ file: TabletFile) throws {
    let name = String(file.file.lastPart)
    guard names.insert(name).inserted else { return }
    guard try FileStatus.of(directory.appending(name))?.kind == .file else {
      throw DirectoryError(path: directory.string, problem: "\(name) is a file of the new table, but is not here")
    }
  }

  private func append(_ row: [UInt8], _ family: String, _ qualifier: [UInt8], _ value: [UInt8]) {
    var end = Int64(row.count)
    buffer.appendWritableVLong(end)
    for count in [family.utf8.count, qualifier.count, 0] {
      end += Int64(count)
      buffer.appendWritableVLong(end)
    }
    buffer += row
    buffer += family.utf8
    buffer += qualifier
    buffer += [0, 0]  // timestamp, not deleted
    buffer.appendBigEndian(Int32(value.count))
    buffer += value
  }

  private func flush() throws {
    try buffer.withUnsafeBytes {
      digest.append($0)
      _ = try metadata.append($0)
    }
    buffer.removeAll(keepingCapacity: true)
  }

  private func writeArchive(_ path: FilePath, info: [UInt8], config: [UInt8], now: Int64) throws {
    let output = try ScratchFile(in: directory, on: disk)
    let zip = try ZipWriter(to: output, path: path.string, modified: now)
    do {
      for (name, text) in [(ExportInfo.fileName, info), (TableConfigText.fileName, config)] {
        var rest = [text]
        try zip.add(name, size: Int64(text.count)) { rest.popLast() ?? [] }
      }
      var offset: Int64 = 0
      try zip.add(ExportedTablets.fileName, size: metadata.count) {
        let count = Int(min(Int64(Self.bufferSize), metadata.count - offset))
        defer { offset += Int64(count) }
        return try [UInt8](unsafeUninitializedCapacity: count) { memory, done in
          try metadata.read(
            at: offset, into: UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: memory[..<count])))
          done = count
        }
      }
    } catch {
      _ = try? zip.finish()
      throw error
    }
    let size = try zip.finish()
    let file = try disk.create(path)
    var chunk = [UInt8](repeating: 0, count: Self.bufferSize)
    var offset: Int64 = 0
    while offset < size {
      let count = Int(min(Int64(chunk.count), size - offset))
      try chunk.withUnsafeMutableBytes { memory in
        let part = UnsafeMutableRawBufferPointer(rebasing: memory[..<count])
        try output.read(at: offset, into: part)
        try file.write(UnsafeRawBufferPointer(part))
      }
      offset += Int64(count)
    }
    try file.sync()
    try file.close()
  }

  /// Reads every entry from the disk, as the importer will, and compares it.
  private func readBack(_ path: FilePath, info: [UInt8], config: [UInt8]) throws {
    let zip = try ZipReader(path)
    func wrong() -> ExportError {
      ExportError(place: path.string, problem: "does not hold what was written: do not trust this disk")
    }
    guard zip.entries.count == 3, try zip.contents(0, limit: .max) == info, try zip.contents(1, limit: .max) == config
    else { throw wrong() }
    let stream = try zip.open(2)
    var found = BytesDigest()
    let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
    defer { chunk.deallocate() }
    while true {
      let count = try stream.read(into: chunk)
      if count == 0 { break }
      found.append(UnsafeRawBufferPointer(rebasing: chunk[..<count]))
    }
    guard found.count == digest.count, found.digest == digest.digest else { throw wrong() }
  }
}

extension TabletFile {
  /// As the metadata has it: a path, or in 4.0 JSON with the rows.
  fileprivate func qualifier(isVersion4: Bool) -> String {
    isVersion4 ? StoredTabletFile.text(path: file, range: range) : file
  }
}
