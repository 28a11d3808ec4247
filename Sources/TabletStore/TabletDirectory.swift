internal import Files
package import Records
package import SystemPackage

/// A directory that is not a tablet, or is damaged.
package struct DirectoryError: Error, CustomStringConvertible, Equatable {
  package var path: String
  package var problem: String

  package init(path: String, problem: String) {
    self.path = path
    self.problem = problem
  }

  package var description: String { "\(RemotePath.shown(path)): \(problem)" }
}

/// A directory with the files of one tablet.
///
/// `tablet.json` says which of the files belong to the tablet. Without a `tablet.json`, all of them do, and the tablet
/// covers the whole table; the parent directory's name is the table id.
package struct TabletDirectory: Sendable {
  /// The path as given by the caller.
  package let path: FilePath
  let access: DirectoryAccess

  /// Does not read the disk yet.
  package init(_ path: FilePath, access: DirectoryAccess) {
    self.path = path.isEmpty ? "." : path
    self.access = access
  }

  static let lockName = ".tablet.lock"
  static let manifestTemporaryName = ".tablet.json.new"
  /// Room for half a million files.
  static let manifestLimit = 128 << 20

  var manifestPath: FilePath { path.appending(TabletManifest.fileName) }
  var manifestTemporary: FilePath { path.appending(Self.manifestTemporaryName) }

  /// The contents of `tablet.json`; nil if it does not exist.
  package func manifest() throws -> TabletManifest? {
    let bytes: [UInt8]
    do {
      bytes = try readWholeFile(manifestPath, limit: Self.manifestLimit)
    } catch let error as SystemError where error.errno == .noSuchFileOrDirectory {
      return nil
    }
    return try TabletManifest(json: bytes, path: manifestPath.string)
  }

  /// The contents of the tablet, with or without `tablet.json`. Changes nothing on disk.
  package func contents() throws -> TabletManifest { try manifest() ?? contentsWithoutManifest() }

  /// The tablet as a record: its live files on disk and the running jobs. Changes nothing on disk.
  ///
  /// Throws when a live file is missing or has another size than `tablet.json` says.
  package func tablet() throws -> Tablet {
    let contents = try consistentContents()
    return Tablet(
      extent: contents.extent, directory: path.string, files: contents.files,
      running: try contents.reservations.filter { try !access.isDead($0) }.map {
        RunningJob(kind: $0.kind, executor: $0.executor, files: $0.inputs.map { FilePart(text: $0) })
      })
  }

  /// Reads without the lock. If a job is committed meanwhile and its inputs are removed, reads again.
  private func consistentContents() throws -> TabletManifest {
    var attempts = 0
    while true {
      let before = try manifest()
      do {
        let contents = try before ?? contentsWithoutManifest()
        for file in contents.files { try check(file) }
        return contents
      } catch {
        attempts += 1
        guard attempts < 1000, try manifest() != before else { throw error }
      }
    }
  }

  /// The path of a live file or an input.
  package func path(of file: String) throws -> FilePath { try access.map.path(of: file, in: path) }

  /// Throws when the file on disk does not match the tablet's record of it. Files of unmapped URIs are not checked.
  func check(_ file: TabletFile) throws {
    let location: FilePath
    do {
      location = try path(of: file.file)
    } catch is UnmappedURI {
      return
    }
    guard let status = try FileStatus.of(location) else {
      throw DirectoryError(path: path.string, problem: "\(file.file) is a file of the tablet, but does not exist")
    }
    guard status.size == file.size else {
      throw DirectoryError(
        path: path.string, problem: "\(file.file) has \(status.size) bytes, but the tablet lists it with \(file.size)")
    }
  }

  /// Throws `DirectoryError` when one of the files does not have as many entries as `tablet.json` says. Files of other
  /// directories, and files of which the tablet has only a part, are not checked: after a split in Accumulo, their
  /// counts are estimates; nor are files with a count of 0, which means that it is not known. Without `tablet.json`, the
  /// counts come from the files themselves.
  package func checkEntries(of files: [TabletFile]) throws {
    guard try manifestExists() else { return }
    for file in files where file.range == nil && file.entries > 0 && !FileName.isURI(file.file) {
      let entries = try access.countEntries(path.appending(file.file))
      guard entries == file.entries else {
        throw DirectoryError(
          path: path.string,
          problem: "\(file.file) has \(entries) entries, but the tablet lists it with \(file.entries)")
      }
    }
  }

  /// All `.rf` files of the directory, with the whole table as extent.
  private func contentsWithoutManifest() throws -> TabletManifest {
    guard try FileStatus.of(path.appending(DataPath.exportArchive)) == nil else {
      throw DirectoryError(
        path: path.string, problem: "is an exported table, whose files are not those of one tablet, and never changed")
    }
    let real = try realPath(path)
    let table = real.removingLastComponent()
    for name in try listDirectory(table) where name != real.lastComponent?.string {
      let sibling = table.appending(name)
      guard Self.claimsWholeTable(sibling) else { continue }
      throw DirectoryError(
        path: path.string,
        problem: "has no tablet.json, and neither has \(sibling): each would cover the whole table "
          + "\(table.lastComponent?.string ?? "/"); keep them in table directories of their own, or write tablet.json "
          + "with their extents")
    }
    var files: [TabletFile] = []
    for name in try listDirectory(path) where FileName.isDataFile(name) {
      guard let status = try FileStatus.of(path.appending(name)), status.kind == .file else { continue }
      let entries = try access.countEntries(path.appending(name))
      files.append(TabletFile(file: name, size: status.size, entries: entries))
    }
    guard !files.isEmpty else {
      throw DirectoryError(path: path.string, problem: "is not a tablet: it has neither .rf files nor tablet.json")
    }
    return TabletManifest(extent: KeyExtent(tableId: table.lastComponent?.string ?? "/"), files: files)
  }

  /// True for a directory with `.rf` files and without `tablet.json`. Directories of bulk imports (`b-0000001`) are not
  /// tablets: their files belong to tablets that list them by URI. An unreadable directory claims nothing.
  static func claimsWholeTable(_ directory: FilePath) -> Bool {
    guard directory.lastComponent?.string.hasPrefix("b-") == false, let names = try? listDirectory(directory) else {
      return false
    }
    return names.contains(where: FileName.isDataFile) && !names.contains(TabletManifest.fileName)
  }

  /// Creates `tablet.json` for a new tablet. Throws if it already exists.
  package func create(_ manifest: TabletManifest) throws {
    try locked {
      guard try FileStatus.ofLink(manifestPath) == nil else {
        throw SystemError("create", manifestPath.string, .fileExists)
      }
      try replace(with: manifest)
    }
  }

  /// Runs `body` while no other process changes the tablet.
  func locked<Result>(_ body: () throws -> Result) throws -> Result {
    let lock = try DirectoryLock(path.appending(Self.lockName), timeout: access.lockTimeout, disk: access.disk)
    let result: Result
    do {
      result = try body()
    } catch {
      lock.release()
      throw error
    }
    lock.release()
    return result
  }

  /// Replaces `tablet.json`. Call it under the lock. Throws and leaves `tablet.json` unchanged if `manifest` could not
  /// be read back: a tablet whose `tablet.json` is refused would be unusable.
  func replace(with manifest: TabletManifest) throws {
    try replaceUnsynced(with: manifest)
    try access.disk.syncDirectory(path)
  }

  /// Like `replace`, but without the sync of the directory; see `Disk.replaceUnsynced`.
  func replaceUnsynced(with manifest: TabletManifest) throws {
    var manifest = manifest
    manifest.files.sort { $0.part.description < $1.part.description }
    let bytes = manifest.json()
    guard bytes.count <= Self.manifestLimit else {
      throw FileTooLarge(path: manifestPath.string, limit: Self.manifestLimit)
    }
    do {
      _ = try TabletManifest(json: bytes, path: manifestPath.string)
    } catch {
      throw ManifestError(
        path: error.path, problem: "is not replaced, because its new contents could not be read back: \(error.problem)")
    }
    try access.disk.replaceUnsynced(manifestPath, with: bytes, temporary: manifestTemporary)
  }
}
