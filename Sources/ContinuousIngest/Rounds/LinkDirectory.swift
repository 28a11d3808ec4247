internal import Files
import Records
package import SystemPackage
package import TabletStore

// The directory that the tasks of a verification share:
//
//     shard-3-of-8.corrupt                    corrupt entries and counts of a shard; it comes last
//     bucket-2-of-4/shard-3-of-8.links        what the shard knows about rows of the bucket
//     bucket-2-of-4/holes                     the bucket's answer, when its links were joined
//     bucket-2-of-4/.holes.1f2e3d4c-4026531836-123-456789      one that is being written, with the mark of its process
//
// All names but the last are given by a rename, so a task can run twice, even at the same time: both write the same bytes.

/// The directory that shards leave their links in, and joins their answers.
package struct LinkDirectory: Sendable {
  let path: FilePath
  private let access: DirectoryAccess

  package init(_ path: FilePath, access: DirectoryAccess) {
    self.path = path
    self.access = access
  }

  /// Makes it and the directories of the buckets, as far as they are missing.
  func make(buckets: Int) throws {
    _ = try access.disk.makeDirectories(path)
    for bucket in PartNumber.all(of: buckets) { try access.disk.makeDirectory(directory(of: bucket)) }
  }

  /// Begins a file. It gets its name with `finish`. What dead processes of this machine left of it is removed.
  func create(_ identity: LinkFileIdentity) throws -> LinkFileWriter {
    let path = path(of: identity)
    let directory = path.removingLastComponent()
    let prefix = ".\(path.lastComponent?.string ?? "")."
    for name in try listDirectory(directory) where name.hasPrefix(prefix) {
      guard try access.owner.seesDeadProcess(behindMark: name.dropFirst(prefix.count)) else { continue }
      try access.disk.removeIfThere(directory.appending(name))
    }
    let temporary = directory.appending(prefix + access.owner.mark)
    try access.disk.removeIfThere(temporary)
    return try LinkFileWriter(identity, path: path, temporary: temporary, disk: access.disk)
  }

  /// A file that is there and is of this input; nil otherwise, also when its start is damaged.
  func reader(_ identity: LinkFileIdentity) throws -> LinkFileReader? {
    guard try FileStatus.of(path(of: identity)) != nil,
      let reader = try? LinkFileReader(path(of: identity), expecting: identity), reader.identity == identity
    else { return nil }
    return reader
  }

  /// The links of all shards in a bucket, in the order of the shards.
  func links(of bucket: PartNumber) throws -> [LinkFileReader] {
    let directory = directory(of: bucket)
    _ = try countBuckets(expecting: bucket.count)
    let shards = try count(in: directory, "shard-", ".links", of: "shards")
    return try readers(PartNumber.all(of: shards).map { .links($0, bucket, input: 0) })
  }

  /// The answers of all buckets, and the corrupt entries of all shards.
  func answers() throws -> (holes: [LinkFileReader], corrupt: [LinkFileReader]) {
    let buckets = try countBuckets(expecting: nil)
    let shards = try count(in: path, "shard-", ".corrupt", of: "shards")
    let all = try readers(
      PartNumber.all(of: shards).map { .corrupt($0, buckets: buckets, input: 0) }
        + PartNumber.all(of: buckets).map { .holes($0, shards: shards, input: 0) })
    return (Array(all[shards...]), Array(all[..<shards]))
  }

  /// Opens files that must all be there and of one input.
  private func readers(_ identities: [LinkFileIdentity]) throws -> [LinkFileReader] {
    var readers: [LinkFileReader] = []
    for identity in identities {
      let path = path(of: identity)
      guard try FileStatus.of(path) != nil else {
        throw LinkFileError(path.string, "is missing", "run \(identity.remedy) first")
      }
      let reader = try LinkFileReader(path, expecting: identity)
      if let first = readers.first, first.identity.input != reader.identity.input {
        throw LinkFileError(
          path.string, "is of another table than \(first.path), or the table changed between them",
          "verify it again from the shards on, into a new directory")
      }
      readers.append(reader)
    }
    return readers
  }

  private func countBuckets(expecting count: Int?) throws -> Int {
    let found = try self.count(in: path, "bucket-", "", of: "buckets")
    guard let count, count != found else { return found }
    throw LinkFileError(path.string, "the row space was cut into \(found) buckets, not \(count)", "join k/\(found)")
  }

  /// The n in the names `<prefix>i-of-n<suffix>`, which must be the same in all of them.
  private func count(in directory: FilePath, _ prefix: String, _ suffix: String, of what: String) throws -> Int {
    let counts = Set(
      try listDirectory(directory).compactMap { name -> Int? in
        guard name.hasPrefix(prefix), name.hasSuffix(suffix), name.utf8.count > prefix.utf8.count + suffix.utf8.count
        else { return nil }
        let text = name.dropFirst(prefix.count).dropLast(suffix.count).replacing("-of-", with: "/")
        guard let part = PartNumber(String(text)), "\(part)" == text else { return nil }
        return part.count
      })
    guard let count = counts.first else {
      throw LinkFileError(directory.string, "expected \(prefix)i-of-n\(suffix), found none", "run verify --shard first")
    }
    guard counts.count == 1 else {
      throw LinkFileError(
        directory.string,
        "holds what was cut into \(counts.sorted().map(String.init).joined(separator: " and into ")) "
          + what, "use a directory for each verification")
    }
    return count
  }

  private func directory(of bucket: PartNumber) -> FilePath {
    path.appending("bucket-\(bucket.number)-of-\(bucket.count)")
  }

  private func path(of identity: LinkFileIdentity) -> FilePath {
    let shard = "shard-\(identity.shard)-of-\(identity.shards)"
    let bucket = path.appending("bucket-\(identity.bucket)-of-\(identity.buckets)")
    return switch identity.content {
    case .links: bucket.appending(shard + ".links")
    case .holes: bucket.appending("holes")
    case .corrupt: path.appending(shard + ".corrupt")
    }
  }
}
