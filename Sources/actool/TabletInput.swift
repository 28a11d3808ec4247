import Files
import SystemPackage
import Tablets

/// A tablet and where it was found.
struct FoundTablet {
  var tablet: Tablet
  /// For errors: `standard input, line 12`.
  var place: String
  /// The `table.properties` beside the tablet's directory.
  var tableProperties: ConfigurationSource?
}

/// Where tablets come from: records on standard input or in files.
enum TabletInput {
  /// Calls for every tablet of the paths in order, reading as it goes; `-` and no path at all are standard input.
  static func forEach(in paths: [String], _ body: (FoundTablet) throws -> Void) throws {
    for path in paths.isEmpty ? ["-"] : paths { try tablets(at: path, body) }
  }

  /// Calls for every tablet that one path names.
  private static func tablets(at path: String, _ body: (FoundTablet) throws -> Void) throws {
    if path == "-" { return try records(in: .standardInput, named: "standard input", body) }
    let file: FileDescriptor
    do { file = try FileDescriptor.open(FilePath(path), .readOnly) } catch let error as Errno {
      throw SystemError("open", path, error)
    }
    try file.closeAfter { try records(in: file, named: path, body) }
  }

  private static func records(in file: FileDescriptor, named name: String, _ body: (FoundTablet) throws -> Void) throws
  {
    var reader = RecordReader(file, source: name)
    while let record = try reader.next() {
      guard case .tablet(let tablet) = record else { continue }
      try body(FoundTablet(tablet: tablet, place: "\(name), line \(reader.line)"))
    }
  }
}
