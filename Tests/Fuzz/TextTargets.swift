import Entries
import Files
import Java
import Metadata
import Planning
import Records
import Remote
import Settings
import SystemPackage

/// Texts that are no records.
enum TextTargets {
  /// A properties file or the shell's listing; the services in it; its values as every kind of value.
  static func settings(_ bytes: [UInt8]) throws {
    let source = try ConfigurationSource(name: "input", text: bytes)
    var configuration = Configuration()
    configuration.add(source)
    let settings = configuration.settings()
    for version in [AccumuloVersion.v2, .v4] {
      for problem in ConfigurationCheck(settings, version, siteFile: source).problems {
        Oracle.isReadable(FuzzError(problem.reason))
      }
    }
    do { _ = try ConfigurationUpgrade(settings) } catch { Oracle.isReadable(error) }
    for text in source.settings.values {
      let attempts: [() throws -> Void] = [
        { _ = try ConfigurationValue.size(text) }, { _ = try ConfigurationValue.duration(text) },
        { _ = try ConfigurationValue.fraction(text) }, { _ = try ConfigurationValue.count(text) },
        { _ = try ConfigurationValue.double(text) }, { _ = try JavaDate.milliseconds(text) },
        { _ = FileURI(text) < FileURI("file:/a") }, { _ = (JavaNumber.long(text), FilePart(text: text)) },
      ]
      for attempt in attempts {
        do { try attempt() } catch { Oracle.isReadable(error) }
      }
    }
  }

  /// What the shell prints of the metadata table.
  static func metadata(_ bytes: [UInt8]) throws {
    let path = try Scratch.write(bytes, "metadata")
    func read(_ body: (FileDescriptor) throws -> Void) throws {
      let file = try FileDescriptor.open(path, .readOnly)
      defer { try? file.close() }
      try body(file)
    }
    let tablets = Result {
      try read { try MetadataReader.forEachTablet(in: $0, named: "input", gone: { _ in }) { _ in } }
    }
    try read { file in
      try MetadataReader.forEachRow(in: file, named: "input") { row in _ = ExternalCheck.problems(of: row) }
    }
    try tablets.get()
  }

  /// A line with a pattern, then a text. An automaton and a search with captures must agree.
  static func pattern(_ bytes: [UInt8]) throws {
    let line = bytes.prefix { $0 != 10 }
    let text = Array(bytes.dropFirst(line.count + 1))
    let pattern = String(decoding: line, as: UTF8.self)
    let whole = Result { try JavaPattern(pattern) }
    let capture = Result { try CapturePattern(pattern) }
    let found = try text.withUnsafeBufferPointer { bytes -> Bool in
      guard let start = bytes.baseAddress else { return false }
      let view = ByteView(start: start, count: bytes.count)
      if let part = try? JavaPattern(pattern, extent: .substring).matcher().matches(view),
        let whole = try? whole.get().matcher().matches(view)
      {
        Oracle.holds(part || !whole, "a whole match is a match of a part")
      }
      return try whole.get().matcher().matches(view)
    }
    guard !text.isEmpty else { return }
    Oracle.holds((try capture.get().match(text) != .noMatch) == found, "a capture and a match")
  }

  /// The name of a file on a server, then what S3 says is there.
  static func remote(_ bytes: [UInt8]) throws {
    let line = bytes.prefix { $0 != 10 }
    let listing = S3Listing(Array(bytes.dropFirst(line.count + 1)), prefix: "")
    if let listing { Oracle.holds(listing.names.allSatisfy { !$0.contains("/") }, "a name with a slash") }
    let name = try RemoteName(FilePath(String(decoding: line.prefix { $0 != 0 }, as: UTF8.self)))
    Oracle.holds(try RemoteName(FilePath(name.url)) == name, "\(name.url) is another name")
  }
}
