import BlockFile
import RFile
import Records

/// Inputs for which there is no fixture.
enum SeedTexts {
  static let listing = """
    s3://bucket/tables/2/t-1
    <?xml version="1.0" encoding="UTF-8"?>
    <ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><IsTruncated>true</IsTruncated>
    <NextContinuationToken>1ueGc&amp;&#x2f;</NextContinuationToken>
    <Contents><Key>tables/2/t-1/F%311.rf</Key><ETag/><Size>434</Size></Contents>
    <CommonPrefixes><Prefix>tables/2/t-1/old+one/</Prefix></CommonPrefixes></ListBucketResult>
    """

  static let settings = [
    """
    # a comment
    table.file.compress.type = gz
    table.file.compress.blocksize: 100K
    table.iterator.majc.vers=20,org.apache.accumulo.core.iterators.user.VersioningIterator
    table.iterator.majc.vers.opt.maxVersions=1
    compaction.service.cs1.planner=org.apache.accumulo.core.spi.compaction.DefaultCompactionPlanner
    compaction.service.cs1.planner.opts.executors=[{"name":"small","type":"internal","maxSize":"16M","numThreads":8},\\
    {name:'large';"type":"external"; queue=>q1}]
    compaction.service.cs1.planner.opts.maxOpen=30
    """,
    """
    compaction.service.cs1.planner=org.apache.accumulo.core.spi.compaction.RatioBasedCompactionPlanner
    compaction.service.cs1.opts.groups=[{"group":"small","maxSize":"128M"},{"group":"large"}]
    compaction.service.cs1.opts.maxOpenFilesPerJob=30
    table.compaction.dispatcher.opts.service.user.high=cs1
    table.majc.ratio=2.5
    tserver.compaction.major.service.root.rate.limit=1.5G
    table.iterator.majc.age.opt.ttl=2d
    table.iterator.majc.age.opt.currentTime=20240102030405GMT
    """,
    """
    ---------+---------------------+--------
    SCOPE    | NAME                | VALUE
    ---------+---------------------+--------
    default  | table.file.max .... | 15
    table    |    @override ...... | 20
    system   | table.bloom.enabled | true
             |                     | more
    ---------+---------------------+--------
    """,
  ]

  static let manifest = """
    {"version":2,"extent":{"tableId":"2","prevEndRow":"a","endRow":"m"},"files":[{"file":"F000001a.rf","size":1234,\
    "entries":56,"range":{"prevEndRow":"a","endRow":"c"},"time":1625819156894}],"reservations":[{"ecid":\
    "ECID:beeb8da1-658e-4c67-b893-a2eefb32555e","kind":"SYSTEM","executor":"i.default.small","inputs":["F000001a.rf"],\
    "propDels":true,"output":"C000001b.rf","tmp":"C000001b.rf_tmp","host":"h1","machineId":"m","bootId":"b",\
    "pidNamespace":"pid:[4026531836]","processId":123,"processStart":456789,"lease":1763696000000,"written":{"inode":77,\
    "size":99}}],"garbage":["F0000019.rf"],"finished":[{"ecid":"ECID:beeb8da1-658e-4c67-b893-a2eefb32555f","inputs":\
    ["F0000019.rf"],"fileSize":1234,"entries":56,"entriesRead":60,"output":"F000001a.rf","seconds":1.5}]}
    """

  /// The two lines of a checkpoint.
  static func checkpoint(_ state: WriterState) -> String {
    let digest = "4fdcae5cadd5186d4fdcae5cadd5186d"
    let tail = state.tail.map {
      #","tail":{"bytes":"\#(Base64.encode($0.bytes))","rawSize":\#($0.rawSize),"entries":\#($0.entries)}"#
    }
    return """
      {"version":1,"time":1763696000000,"job":{"ecid":"ECID:beeb8da1-658e-4c67-b893-a2eefb32555e","extent":\
      {"tableId":"2"},"kind":"USER","executor":"i.default.small","inputs":[{"file":"F1.rf","size":12,"entries":4}],\
      "output":"C1.rf"},"size":100,"entries":60,"next":{"row":"row 160","family":"","qualifier":"","visibility":"",\
      "timestamp":5}}
      {"settings":"\(digest)","now":1763696000000,"inputs":[{"size":12,"inode":5,"modified":-1,"index":"\(digest)"}],\
      "digest":"\(digest)","entriesRead":60,"groups":["\(Base64.encode(state.groups[0].bytes))"]\(tail ?? ""),\
      "accounts":[{"input":0,"entries":60,"sum":"\(digest)"},{"output":true,"entries":60,"sum":"\(digest)"}]}
      """
  }

  /// `metadata.bin` of a table with two tablets.
  static let metadataEntries: [UInt8] = {
    let file = "hdfs://localhost:8020/accumulo/tables/1/t-0000003/A0000008.rf"
    return entry("1;2", "file", file, "229,2") + entry("1;2", "srv", "time", "M1705792628628")
      + entry("1;2", "~tab", "~pr", "\0") + entry("1<", "file", file, "229,2") + entry("1<", "srv", "time", "M5")
      + entry("1<", "~tab", "~pr", "\u{1}2")
  }()

  private static func entry(_ row: String, _ family: String, _ qualifier: String, _ value: String) -> [UInt8] {
    var bytes: [UInt8] = []
    var end = 0
    for field in [row, family, qualifier, ""] {
      end += field.utf8.count
      bytes.appendWritableVLong(Int64(end))
    }
    bytes += Array((row + family + qualifier).utf8) + [0x12, 0]
    bytes.appendBigEndian(Int32(value.utf8.count))
    return bytes + Array(value.utf8)
  }
}
