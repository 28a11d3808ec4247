import ArgumentParser
import Files
import Records
import Remote
import Settings
import TabletStore

/// Where the files that URIs name are, and how to reach servers: the same for every command that reads or writes files.
struct FileMapOptions: ParsableArguments {
  @Option(
    name: .customLong("map"), parsing: .singleValue,
    help: ArgumentHelp(
      "Where files named by URIs are mounted or copied, or which server reads them: hdfs://nn1/accumulo=/mnt/accumulo, "
        + "hdfs://nn1=webhdfs://nn1:9870. Repeatable.",
      valueName: "URI-PREFIX=PATH"))
  var prefixes: [String] = []

  @Option(
    help: ArgumentHelp(
      "The server of s3:// names: https://s3.example.org:9000, or https://{bucket}.s3.example.org for one that has buckets "
        + "as hosts. Default: AWS_ENDPOINT_URL, that of the profile, or Amazon's.", valueName: "URL"))
  var endpoint: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "How long to wait for a server to take a connection, and then for every next byte, at least 1s. Default: 30s.",
      valueName: "TIME"))
  var timeout: String?

  @Flag(
    help: ArgumentHelp(
      "Show servers of webhdfs:// and swebhdfs:// your Kerberos ticket (SPNEGO): run kinit before. Default: the user is "
        + "HADOOP_USER_NAME, or whose delegation token HADOOP_TOKEN holds."))
  var negotiate = false

  func validate() throws {
    for prefix in prefixes where Self.split(prefix) == nil {
      throw ValidationError("expected URI-PREFIX=PATH for --map, found '\(prefix)'")
    }
    if let endpoint, !endpoint.hasPrefix("http://"), !endpoint.hasPrefix("https://") {
      throw ValidationError("expected http://HOST or https://HOST for --endpoint, found '\(endpoint)'")
    }
    do { _ = try seconds() } catch { throw ValidationError("--timeout: \(error)") }
  }

  private func seconds() throws -> Int {
    guard let timeout else { return 30 }
    let duration = try ConfigurationValue.duration(timeout)
    guard 1000...86_400_000 ~= duration else {
      throw ValidationError("expected a time from one second to a day, found '\(timeout)'")
    }
    return Int(duration / 1000)
  }

  /// These options, and whether each was given: for commands that do not always read files.
  var given: [(name: String, isGiven: Bool)] {
    [
      ("--map", !prefixes.isEmpty), ("--endpoint", endpoint != nil), ("--timeout", timeout != nil),
      ("--negotiate", negotiate),
    ]
  }

  /// Makes the files on servers readable, and returns the map. Once for a command.
  func mount() -> FileMap {
    let options = Servers.Options(
      endpoint: endpoint, timeout: (try? seconds()) ?? 30, negotiates: negotiate, threads: TestFault.threads,
      environment: Environment.value(of:))
    RemotePath.mount(Servers(options))
    return FileMap(prefixes: Dictionary(prefixes.compactMap(Self.split)) { $1 })
  }

  private static func split(_ text: String) -> (String, String)? {
    guard let equals = text.firstIndex(of: "="), FileName.isURI(String(text[..<equals])) else { return nil }
    let path = text[text.index(after: equals)...]
    return path.isEmpty ? nil : (String(text[..<equals]), String(path))
  }
}
