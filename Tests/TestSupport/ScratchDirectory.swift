internal import Glibc

/// An empty directory for one test; it is removed with the value.
package final class ScratchDirectory: Sendable {
  package let path: String

  package init() {
    let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array((base + "/actool-test-XXXXXX").utf8CString)
    guard mkdtemp(&template) != nil else { fatalError("no directory for a test in \(base): \(errno)") }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit { _ = Subprocess.run("/bin/rm", ["-rf", path]) }

  package func file(_ name: String) -> String { path + "/" + name }

  @discardableResult package func write(_ name: String, _ bytes: [UInt8]) -> String {
    let target = file(name)
    guard let stream = fopen(target, "w") else { fatalError("cannot make \(target): \(errno)") }
    let count = fwrite(bytes, 1, bytes.count, stream)
    guard fclose(stream) == 0, count == bytes.count else { fatalError("cannot write \(target): \(errno)") }
    return target
  }

  @discardableResult package func write(_ name: String, _ text: String) -> String { write(name, Array(text.utf8)) }

  package func makeDirectory(_ name: String) {
    var made = ""
    for part in name.split(separator: "/") {
      made += (made.isEmpty ? "" : "/") + part
      guard mkdir(file(made), 0o777) == 0 || errno == EEXIST else { fatalError("cannot make \(file(made)): \(errno)") }
    }
  }

  /// The names in it or in a directory below it, sorted.
  package func names(in directory: String = ".") -> [String] {
    guard let stream = opendir(file(directory)) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
        tuple.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  package func exists(_ name: String) -> Bool { access(file(name), F_OK) == 0 }
}
