import BlockFile
import FoundationEssentials
import Glibc

/// The machine, and when it was measured.
struct Machine: Codable {
  var cpu: String
  var cores: Int
  var date: String
  /// Names and versions of the codec libraries.
  var codecs: String

  /// One line for people to read.
  var heading: String { "\(cpu), \(cores) cores; \(codecs); \(date)" }

  static var cores: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

  /// Without a `date`, the clock's is used.
  init(date: String?) {
    self.date = date ?? Date().formatted(.iso8601)
    cores = Self.cores
    codecs = CodecLibraries.summary
    cpu = Self.model(FileManager.default.contents(atPath: "/proc/cpuinfo") ?? Data()) ?? "unknown"
  }

  /// Virtual machines give short names, so family and model are added.
  private static func model(_ text: Data) -> String? {
    var fields: [Substring: Substring] = [:]
    for line in String(decoding: text, as: UTF8.self).split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2 else { continue }
      let name = Substring(parts[0].filter { $0 != "\t" })
      if fields[name] == nil { fields[name] = parts[1].drop { $0 == " " } }
    }
    guard let name = fields["model name"] else { return nil }
    guard let family = fields["cpu family"], let model = fields["model"] else { return String(name) }
    return "\(name), family \(family), model \(model)"
  }
}
