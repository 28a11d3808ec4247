// What is mounted where, and whether its locks hold between hosts.
//
// A line of /proc/self/mountinfo (proc_pid_mountinfo(5)):
//
//     36 25 0:52 /export /data\040one rw,noatime shared:1 - nfs4 nas:/export rw,vers=4.2,local_lock=none
//     │  │       │       │            │          │          │    │           └ options of the file system
//     │  │       │       │            │          │          │    └ its source
//     │  │       │       │            │          │          └ its type
//     │  │       │       │            │          └ any number of words, ended by a dash
//     │  │       │       │            └ options of the mount
//     │  │       │       └ where it is mounted; blanks, tabs, line feeds and backslashes in octal
//     │  │       └ what of the file system is there: a bind mount has another directory than the root
//     │  └ the mount that it is mounted on
//     └ its number
//
// A path is followed as the kernel follows it: from the root, into whatever is mounted on a directory of the way. So the
// longest mount point usually wins, but not where a later mount hides it:
//
//     25 1  /        ext4
//     40 25 /data    autofs
//     41 40 /data    nfs4       on the autofs: wins for /data/x
//     50 25 /srv/a   ext4
//     60 25 /srv     nfs4       hides /srv/a: wins for /srv/a/x

package import SystemPackage

package struct MountTable: Sendable {
  package struct Mount: Hashable, Sendable {
    var number: Int
    var parent: Int
    /// Where it is mounted.
    package var point: FilePath
    /// `ext4`, `nfs4`, `fuse.sshfs`
    package var type: String
    package var source: String
    /// Those of the mount and of the file system.
    package var options: Set<String>
  }

  let mounts: [Mount]

  /// Reads the text of a `mountinfo`. Lines of another form are left out.
  package init(_ text: String) {
    mounts = text.split(separator: "\n").compactMap(Mount.init)
  }

  /// The mounts that this process sees.
  /// - Throws: `SystemError`; `FileTooLarge` beyond 64 MiB.
  package static func current() throws -> MountTable {
    MountTable(String(decoding: try readWholeFile("/proc/self/mountinfo", limit: 64 << 20), as: UTF8.self))
  }

  /// The mount that holds a path.
  /// - Parameter path: absolute, without symbolic links.
  /// - Returns: nil when the table says nothing about it.
  package func mount(of path: FilePath) -> Mount? {
    let numbers = Set(mounts.map(\.number))
    guard
      var found = mounts.last(where: { $0.point == "/" && (!numbers.contains($0.parent) || $0.parent == $0.number) })
    else {
      // A process in a root of its own need not see the mount of that root.
      return mounts.filter { path.starts(with: $0.point) }.max { $0.point.components.count < $1.point.components.count }
    }
    // Each step leads to another mount, so there are at most as many steps as mounts.
    for _ in mounts {
      let above = mounts.filter { $0.parent == found.number && $0 != found && path.starts(with: $0.point) }
      guard let next = above.min(by: { $0.point.components.count < $1.point.components.count }) else { break }
      found = next
    }
    return found
  }
}

extension MountTable.Mount {
  fileprivate init?(_ line: Substring) {
    let words = line.split(separator: " ", omittingEmptySubsequences: false)
    guard words.count >= 10, let number = Int(words[0]), let parent = Int(words[1]),
      let dash = words[6...].firstIndex(of: "-"), dash + 3 < words.count
    else { return nil }
    (self.number, self.parent) = (number, parent)
    point = FilePath(Self.plain(words[4]))
    type = String(words[dash + 1])
    source = Self.plain(words[dash + 2])
    options = Set((words[5].split(separator: ",") + words[dash + 3].split(separator: ",")).map(Self.plain))
  }

  /// Text without its octal escapes: `\040` is a blank.
  private static func plain(_ text: Substring) -> String {
    guard text.utf8.contains(UInt8(ascii: "\\")) else { return String(text) }
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      let digits = rest.prefix(3)
      if byte == UInt8(ascii: "\\"), digits.count == 3, digits.allSatisfy({ (48...55).contains($0) }) {
        bytes.append(digits.reduce(0) { $0 &* 8 &+ ($1 - 48) })
        rest = rest.dropFirst(3)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension MountTable.Mount {
  /// Why a lock by `fcntl` holds on this host alone; nil: nothing says so.
  ///
  /// NFS sends such locks to the server unless `nolock` or `local_lock` says otherwise; `local_lock=flock` is about
  /// `flock` only. Lustre's clients agree about locks only with `flock`. The kernel itself keeps the locks of a FUSE file
  /// system whose program does not: those of the list do not, while glusterfs and ceph-fuse do. The kernel's ceph, and
  /// whatever is not known here, is trusted.
  package var reasonForLocalLocks: String? {
    switch type {
    case "nfs", "nfs4": ["nolock", "local_lock=all", "local_lock=posix"].first(where: options.contains)
    case "lustre":
      options.contains("flock") ? nil : options.contains("localflock") ? "localflock" : "no option flock"
    case "cifs", "smb3": ["nobrl", "nolock"].first(where: options.contains)
    case "gfs2": options.contains("localflocks") ? "localflocks" : nil
    case _ where type == "fuse" || type.hasPrefix("fuse."):
      Self.withoutLocks.first { type == "fuse.\($0)" || source == $0 }.map { "\($0), which has no locks" }
    default: nil
    }
  }

  private static let withoutLocks = [
    "sshfs", "s3fs", "rclone", "goofys", "gcsfuse", "mountpoint-s3", "fuse_dfs", "blobfuse", "blobfuse2",
  ]
}
