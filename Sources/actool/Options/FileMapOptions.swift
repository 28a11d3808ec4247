import ArgumentParser
import Records
import TabletStore

/// Where the files that URIs name are: the same for every command that reads or writes them.
struct FileMapOptions: ParsableArguments {
  @Option(
    name: .customLong("map"), parsing: .singleValue,
    help: ArgumentHelp(
      "Where files named by URIs are mounted or copied: hdfs://nn1/accumulo=/mnt/accumulo. Repeatable.",
      valueName: "URI-PREFIX=PATH"))
  var prefixes: [String] = []

  func validate() throws {
    for prefix in prefixes where Self.split(prefix) == nil {
      throw ValidationError("expected URI-PREFIX=PATH for --map, found '\(prefix)'")
    }
  }

  var map: FileMap {
    FileMap(prefixes: Dictionary(prefixes.compactMap(Self.split)) { $1 })
  }

  private static func split(_ text: String) -> (String, String)? {
    guard let equals = text.firstIndex(of: "="), FileName.isURI(String(text[..<equals])) else { return nil }
    let path = text[text.index(after: equals)...]
    return path.isEmpty ? nil : (String(text[..<equals]), String(path))
  }
}
