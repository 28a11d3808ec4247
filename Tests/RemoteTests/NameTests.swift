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
    #expect(!problem("https://h/a?X-Amz-Signature=hidden").contains("hidden"))
    #expect(problem("s3://b/a/../c") == "s3://b/a/../c: holds . or .. as a part")
    #expect(problem("s3://") == "s3:: expected s3://BUCKET/KEY")
    #expect(problem("http://a b/c").contains("expected http://HOST/PATH"))
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
