import Files
import SystemPackage
import TestSupport
import Testing

@testable import Remote

@Suite("What S3 and its clients write")
struct S3Tests {
  static let page = """
    <?xml version="1.0" encoding="UTF-8"?>
    <ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>b</Name><IsTruncated>true</IsTruncated>
      <NextContinuationToken>a&amp;b&#x3d;</NextContinuationToken>
      <Contents><Key>t/</Key><Size>0</Size></Contents>
      <Contents><Key>t/F1%20+%2B.rf</Key><ETag>&quot;x&quot;</ETag><Size>434</Size><Owner/></Contents>
      <CommonPrefixes><Prefix>t/old/</Prefix></CommonPrefixes></ListBucketResult>

    """

  @Test("a page of a list has names of files and directories, and where the next begins")
  func listing() throws {
    let found = try #require(S3Listing(Array(Self.page.utf8), prefix: "t/"))
    #expect(found.names == ["F1  +.rf", "old"] && found.next == "a&b=" && !found.isEmpty)
    #expect(S3Listing(Array(Self.page.utf8), prefix: "u/") == nil)
    let empty = "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>"
    #expect(S3Listing(Array(empty.utf8), prefix: "t/")?.isEmpty == true)
  }

  @Test("the bucket is where the endpoint says, and consists of ASCII letters, digits, dots, - and _")
  func buckets() throws {
    let threads = ThreadSupply()
    let access = RemoteAccess(
      client: HTTPClient(HTTPSettings(timeout: 1)), pieces: PieceSupply(threads), threads: threads, partSize: 1)
    func url(_ name: FilePath, _ endpoint: String?) throws -> String {
      try S3Store(access: access, endpoint: endpoint) { _ in nil }.request(RemoteName(name)).url
    }
    #expect(try url("s3://b-1_A/k", "https://{bucket}.h:1/") == "https://b-1_A.h:1/k")
    #expect(try url("s3://b/k", "http://h") == "http://h/b/k")
    #expect(try url("s3://b/k", nil) == "https://b.s3.us-east-1.amazonaws.com/k")
    #expect(try url("s3://b.c/k", nil) == "https://s3.us-east-1.amazonaws.com/b.c/k")
    for name in ["s3://b:1/k", "s3://b!/k", "s3://b~/k"] as [FilePath] {
      #expect(throws: RemoteError.self) { try url(name, nil) }
    }
  }

  @Test("a list that is cut is no list, and any other damage is none or a list")
  func damage() {
    let bytes = Array(Self.page.utf8)
    let end = Self.page.utf8.count - "\n".utf8.count
    for count in 0..<end { #expect(S3Listing(Array(bytes[..<count]), prefix: "t/") == nil, "\(count)") }
    for place in bytes.indices {
      for byte in [0, 0x3c, 0x3e, 0x26, 0x25, 0x2f, 0xff] as [UInt8] {
        var damaged = bytes
        damaged[place] = byte
        if let found = S3Listing(damaged, prefix: "t/") { #expect(found.names.count <= 3) }
      }
    }
    for text in ["", "<a>", "</a>", "<a></b>", "<!DOCTYPE a><a/>", "{}", "<ListBucketResult/>x"] {
      #expect(S3Listing(Array(text.utf8), prefix: "") == nil || text == "<ListBucketResult/>x")
    }
    #expect(S3Listing(Array(String(repeating: "<a>", count: 100_000).utf8), prefix: "") == nil)
  }

  @Test("the environment comes before the files, and credentials before the configuration")
  func settings() throws {
    let home = ScratchDirectory()
    home.makeDirectory(".aws")
    home.write(
      ".aws/credentials",
      """
      [default]
      aws_access_key_id = a
      aws_secret_access_key=b = c
      # aws_session_token = no
      [ other ]
      aws_access_key_id = d
      aws_secret_access_key = e
      aws_session_token = f

      """)
    home.write(
      ".aws/config",
      "[default]\nregion = here\ns3 =\n  endpoint_url = no\n[profile other]\nregion=there\nendpoint_url = http://h:1\n")
    func settings(_ environment: [String: String]) throws -> S3Settings {
      try S3Settings { environment.merging(["HOME": home.path]) { $1 }[$0] }
    }
    let plain = try settings([:])
    #expect(plain.credentials?.id == "a" && plain.credentials?.secret == "b = c" && plain.credentials?.token == nil)
    #expect(plain.region == "here" && plain.endpoint == nil)
    let other = try settings(["AWS_PROFILE": "other"])
    #expect(other.credentials?.id == "d" && other.credentials?.token == "f")
    #expect(other.region == "there" && other.endpoint == "http://h:1")
    let given = try settings([
      "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "y", "AWS_REGION": "z", "AWS_ENDPOINT_URL": "http://i",
    ])
    #expect(given.credentials?.id == "x" && given.region == "z" && given.endpoint == "http://i")
    #expect(throws: (any Error).self) { try settings(["AWS_PROFILE": "nobody"]) }
    #expect(try S3Settings { _ in nil }.credentials == nil)
  }
}
