import SystemPackage
import TestSupport
import Testing

@testable import Records
@testable import TabletStore

@Suite struct FileNameTests {
  @Test("names are a letter and 7 digits of base 36") func make() {
    #expect(FileName.make(.compaction, 0) == "C0000000.rf")
    #expect(FileName.make(.flush, 17056) == "F0000d5s.rf")
    #expect(FileName.make(.fullCompaction, 78_364_164_095) == "Azzzzzzz.rf")
    #expect(FileName.make(.bulkImport, 78_364_164_096) == "I0000000.rf")
    for origin in FileName.Origin.allCases { #expect(FileName.isDataFile(FileName.make(origin, .max))) }
  }

  @Test(
    "only plain names of .rf files may become part of a path",
    arguments: [
      ("F0001.rf", true), ("a-b_c.1.rf", true), ("", false), (".rf", false), ("..", false), ("../a.rf", false),
      ("a/b.rf", false), ("a\0.rf", false), ("a b.rf", false), ("ä.rf", false), ("F0001.rf_tmp", false),
      ("F0001", false), (String(repeating: "a", count: 300) + ".rf", false),
    ]) func plain(name: String, isDataFile: Bool)
  {
    #expect(FileName.isDataFile(name) == isDataFile)
    #expect(FileName.isTemporary(name + "_tmp") == isDataFile)
  }

  @Test(
    "URIs of data files",
    arguments: [
      ("hdfs://nn1:8020/accumulo/tables/2/t-1/F1.rf", true), ("file:/a/F1.rf", true), ("F1.rf", false),
      ("hdfs://nn1/../F1.rf", false), ("hdfs://nn1/a/F1.map", false), (":/F1.rf", false), ("a b:/F1.rf", false),
    ]) func uri(text: String, isURI: Bool)
  {
    #expect(FileName.isDataFileURI(text) == isURI)
  }
}

@Suite struct FileMapTests {
  let map = FileMap(prefixes: [
    "hdfs://nn1/accumulo": "/mnt/acc", "hdfs://nn1/accumulo/tables/2/": "/copy/2", "hdfs://nn2": "local",
  ])

  @Test(
    "the longest prefix decides",
    arguments: [
      ("hdfs://nn1/accumulo/tables/1/t/F1.rf", "/mnt/acc/tables/1/t/F1.rf"),
      ("hdfs://nn1/accumulo/tables/2/t/F1.rf", "/copy/2/t/F1.rf"), ("hdfs://nn1/accumulo", "/mnt/acc"),
      ("hdfs://nn2/a", "local/a"), ("file:/a/b", "/a/b"), ("file:///a/b", "/a/b"), ("file://localhost/a", "/a"),
      ("plain/path", "plain/path"),
    ]) func mapped(text: String, path: String) throws
  {
    #expect(try map.path(of: text).string == path)
  }

  @Test(
    "what is not mapped is an error",
    arguments: ["hdfs://nn1/accumulo2/F1.rf", "hdfs://nn3/F1.rf", "file://h2/a", "hdfs://nn2/../etc"]) func unmapped(
      text: String
    )
  {
    #expect(throws: UnmappedURI(uri: text)) { try map.path(of: text) }
    #expect(UnmappedURI(uri: text).description.contains("--map URI-PREFIX=PATH"))
  }
}
