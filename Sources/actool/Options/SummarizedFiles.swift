import BlockFile
import ExportedTable
import Files
import Planning
import RFile
import Records
import SystemPackage
import TabletStore

/// What the summaries of a tablet's files say about deletes.
struct SummarizedFiles {
  let access: DirectoryAccess

  /// The candidates of a tablet. Throws `FileError`, `SystemError`, and `UnmappedURI` for files that are not here.
  func files(of tablet: Tablet) throws -> [TooManyDeletesSelector.File] {
    let candidates = tablet.candidates.map { Set($0.map(\.file)) }
    return try tablet.files.filter { candidates?.contains($0.file) ?? true }.map { file in
      let path =
        try tablet.directory.map { try location(of: file.file, in: FilePath($0)) } ?? access.map.path(of: file.file)
      return TooManyDeletesSelector.File(entries: file.entries, counted: try deletes(in: path.string))
    }
  }

  /// The files of an exported table have full names, and lie flat in its directory.
  private func location(of file: String, in directory: FilePath) throws -> FilePath {
    guard FileName.isURI(file), try FileStatus.of(directory.appending(DataPath.exportArchive)) != nil else {
      return try access.map.path(of: file, in: directory)
    }
    return try ExportDirectory.location(of: file, in: directory, access.map)
  }

  /// Nil unless the file has exactly one summary of deletes.
  private func deletes(in path: String) throws -> (total: Int64, deletes: Int64)? {
    let loader = BlockLoader()
    let all = try RFileReader(path: path, loader: loader).summaries(loader: loader) ?? []
    let found = all.filter {
      $0.configuration.className == TooManyDeletesSelector.summarizer && $0.configuration.options.isEmpty
    }
    guard found.count == 1, let groups = found[0].groups else { return nil }
    let counts = groups.flatMap(\.summaries).map(\.statistics)
    return (counts.reduce(0) { $0 &+ ($1["total"] ?? 0) }, counts.reduce(0) { $0 &+ ($1["deletes"] ?? 0) })
  }
}
