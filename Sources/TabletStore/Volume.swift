internal import Files
package import SystemPackage

/// A directory that a live Accumulo may own: `instance_id` and `version` beside `tables`.
///
/// Accumulo keeps the list of a tablet's files in its metadata table. Were a file replaced behind its back, it would
/// look for the old one, and the tablet would not load.
package enum Volume {
  /// The volume that a tablet directory lies in (`<volume>/tables/<id>/<directory>`); nil for none.
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
