import ArgumentParser
import Tablets

/// Where the files of URIs lie: the same for every command that reads or writes them.
struct FileMapOptions: ParsableArguments {
  @Option(
    name: .customLong("map"), parsing: .singleValue,
    help: ArgumentHelp(
      "Where the files of a URI are mounted or were copied to: hdfs://nn1/accumulo=/mnt/accumulo. Repeatable.",
      valueName: "URI-PREFIX=PATH"))
  var maps: [String] = []

  func validate() throws {
    for map in maps where Self.split(map) == nil {
      throw ValidationError("expected URI-PREFIX=PATH for --map, found '\(map)'")
    }
  }

  var map: FileMap { FileMap(prefixes: Dictionary(maps.compactMap(Self.split)) { $1 }) }

  private static func split(_ text: String) -> (String, String)? {
<<<<<<< HEAD
    guard let equals = text.firstIndex(of: "="), text[..<equals].contains(":/") else { return nil }
=======
    guard let equals = text.firstIndex(of: "="), FileName.isURI(String(text[..<equals])) else { return nil }
>>>>>>> directory
    let path = text[text.index(after: equals)...]
    return path.isEmpty ? nil : (String(text[..<equals]), String(path))
  }
}
