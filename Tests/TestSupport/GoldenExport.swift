import FoundationEssentials

/// A case of an exported table, with what Accumulo's own classes say about it.
package struct GoldenExport: Sendable, CustomStringConvertible {
  /// `binary_rows`, `damaged/hole`
  package var name: String
  /// The directories to give to an importer; the first has the tablets of a sound case.
  package var directories: [String]
  package var path: String
  /// What is expected, as it is in `expect.json`.
  package var expectation: Expectation

  package var description: String { name }

  package struct Expectation: Decodable, Sendable {
    package struct File: Decodable, Sendable {
      package var name: String
      package var path: String?
      package var size: Int64
      package var entries: Int64
      package var time: Int64?
    }

    package struct Tablet: Decodable, Sendable {
      package var prevEndRow: String?
      package var endRow: String?
      package var time: String?
      package var files: [File]
    }

    package struct Importer: Decodable, Sendable {
      package var result: String
      package var lint: [String]?
    }

    package var dirs: [String]
    package var properties: [String: String]?
    package var tablets: [Tablet]?
    package var importer216: Importer?
  }

  /// Those beside the checkout; none where they are absent.
  package static func all(damaged: Bool) -> [GoldenExport] {
    guard let shared = Fixtures.shared else { return [] }
    let folder = shared + "/golden6" + (damaged ? "/damaged" : "")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder).sorted()) ?? []
    return names.compactMap { name in
      let path = folder + "/" + name
      guard let data = try? Data(contentsOf: URL(filePath: path + "/expect.json")),
        let expectation = try? JSONDecoder().decode(Expectation.self, from: data)
      else { return nil }
      return GoldenExport(
        name: damaged ? "damaged/" + name : name, directories: expectation.dirs.map { path + "/" + $0 }, path: path,
        expectation: expectation)
    }
  }
}
