import Files
import SystemPackage
import TestSupport
import Testing

@testable import Remote

@Suite("Names of files on servers")
struct NameTests {
  @Test("a path is on a server when it begins with one of the schemes")
  func paths() {
    #expect(RemotePath.url(of: FilePath("s3://bucket/a/b")) == "s3://bucket/a/b")
    #expect(RemotePath.url(of: "s3:/bucket/a/b") == "s3://bucket/a/b")
    #expect(RemotePath.url(of: "https://h:1/a") == "https://h:1/a")
    for path in ["/s3:/a", "s3", "a/s3:/b", "hdfs://nn/a", "s3:a", "./s3:/a", ""] {
      #expect(RemotePath.url(of: path) == nil)
    }
    #expect(RemotePath.shown("a/b") == "a/b" && RemotePath.shown("webhdfs:/nn/b") == "webhdfs://nn/b")
  }

  @Test("a name has a host and a path, which is encoded as its server wants it")
  func parts() throws {
    let name = try RemoteName("s3a://my.bucket/tables/2/t-1/a b+ä%.rf")
    #expect(name.scheme == .s3 && name.host == "my.bucket" && name.url == "s3://my.bucket/tables/2/t-1/a b+ä%.rf")
    #expect(name.encodedPath == "tables/2/t-1/a%20b%2B%C3%A4%25.rf")
    #expect(name.encodedPath.percentDecoded == name.path)
    // Of a URL as in a browser, what is encoded stays so.
    #expect(try RemoteName("http://h:80/a%20b+c d").encodedPath == "a%20b+c%20d")
    #expect(try RemoteName("s3://bucket").path == "")
  }

  @Test("what is no name is refused, and a password is not repeated")
  func refused() {
    func problem(_ path: FilePath) -> String {
      do { return "\(try RemoteName(path))" } catch { return "\(error)" }
    }
    #expect(
      problem("http://user:hidden@h/a").contains("must not hold a user")
        && !problem("http://u:hidden@h").contains("hidden"))
    for text in [
      "https://h/a?X-Amz-Signature=hidden", "https://h?hidden", "https://h#hidden", "s3://u:hidden@b/a",
      "s3://b?hidden/a", "webhdfs://nn:9870?delegation=hidden", "http://u:hidden@h/a/../b", "http://u:hidden@h/ b?x",
    ] {
      #expect(!problem(FilePath(text)).contains("hidden"), "\(text)")
      #expect(problem(FilePath(text)).contains("names are printed"))
      #expect(!RemoteName.shown(text).contains("hidden") && RemoteName.shown(text).contains("..."), "\(text)")
    }
    for text in ["a/b", "s3://b/a?b@c", "https://h/a@b", "/x?y", "hdfs://nn/a"] {
      #expect(RemoteName.shown(text) == text)
    }
    #expect(problem("s3://b/a/../c") == "s3://b/a/../c: holds . or .. as a part")
    #expect(problem("s3://") == "s3:: expected s3://BUCKET/KEY")
    #expect(problem("http://a b/c").contains("expected http://HOST/PATH"))
  }

  @Test("a name node without a port has that of Hadoop 3, also if its host is an address of IPv6")
  func ports() throws {
    let threads = ThreadSupply()
    let store = WebHDFSStore(
      access: RemoteAccess(
        client: HTTPClient(HTTPSettings(timeout: 1)), pieces: PieceSupply(threads), threads: threads, partSize: 1),
      identity: .user(nil))
    for (host, expected) in [
      ("nn", "nn:9870"), ("nn:1", "nn:1"), ("[::1]", "[::1]:9870"), ("[fe80::1]:50070", "[fe80::1]:50070"),
    ] {
      let request = store.request("OPEN", try RemoteName(FilePath("webhdfs://\(host)/a")))
      #expect(request.url == "http://\(expected)/webhdfs/v1/a?op=OPEN")
    }
    let secure = store.request("OPEN", try RemoteName("swebhdfs://[::1]/a"))
    #expect(secure.url == "https://[::1]:9871/webhdfs/v1/a?op=OPEN")
  }

  @Test("every byte is encoded and decoded again, and half an encoded one is refused")
  func encoding() {
    for scalar in (UInt32(0)..<0x800).compactMap({ Unicode.Scalar($0) }) {
      let text = String(scalar)
      #expect(text.percentEncoded().percentDecoded == text)
    }
    for text in ["%", "%4", "a%4", "%zz", "%ff"] { #expect(text.percentDecoded == nil) }
  }
}
