internal import Files
package import SystemPackage

/// A directory that a live Accumulo may own: it has `instance_id` and `version` next to `tables`.
///
/// Accumulo keeps the list of a tablet's files in its metadata table. If we replaced a file, Accumulo would still look
/// for the old one, and the tablet would not load.
package enum Volume {
  /// The volume that contains a tablet directory (`<volume>/tables/<id>/<directory>`), or nil.
  package static func containing(_ directory: FilePath) throws -> FilePath? {
    var path = try realPath(directory)
    while let last = path.lastComponent?.string {
      path.removeLastComponent()
      if last == "tables", try FileStatus.of(path.appending("instance_id")) != nil,
        try FileStatus.of(path.appending("version")) != nil
      {
        return path
      }
    }
    return nil
  }
}
