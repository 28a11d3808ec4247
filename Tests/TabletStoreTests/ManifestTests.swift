import TestSupport
import Testing

@testable import Files
@testable import Records
@testable import TabletStore

@Suite struct ManifestTests {
  static let owner = ProcessIdentity(
    host: "h1", machineId: "m", bootId: "b", pidNamespace: "pid:[1]", pid: 7, startTime: 99)
  static let full = TabletManifest(
    extent: KeyExtent(tableId: "2", prevEndRow: [0, 0x5c], endRow: Array("m".utf8)),
    files: [
      TabletFile(file: "A1.rf", size: 1, entries: 2), TabletFile(file: "F2.rf", size: 30, entries: 4),
      TabletFile(file: "hdfs://nn1/accumulo/tables/2/t-9/F9.rf", size: 5, entries: 6),
    ],
    reservations: [
      Reservation(
        ecid: "ECID:1", kind: .system, executor: "i.default.small", inputs: ["A1.rf", "F2.rf"],
        propagateDeletes: true, output: "C3.rf", tmp: "C3.rf_tmp", owner: owner, lease: 1_700_000_000_000,
        written: .init(inode: .max, size: 9)),
      Reservation(
        ecid: "ECID:2", kind: .user, executor: "e.q", inputs: [], propagateDeletes: false, output: "A4.rf",
        tmp: "A4.rf_tmp", owner: owner, lease: 0),
    ],
    garbage: ["F0.rf"])

  @Test("what is written is read again") func roundTrip() throws {
    #expect(try TabletManifest(json: Self.full.json(), path: "x") == Self.full)
    let empty = TabletManifest(extent: KeyExtent(tableId: "2"), files: [])
    #expect(try TabletManifest(json: empty.json(), path: "x") == empty)
    var sameName = Self.full
    sameName.garbage = ["F9.rf"]
    #expect(try TabletManifest(json: sameName.json(), path: "x") == sameName, "the live F9.rf is in another directory")
  }

  @Test("the file is one line of JSON") func text() {
    let manifest = TabletManifest(
      extent: KeyExtent(tableId: "2", endRow: [0x6d, 0]), files: [TabletFile(file: "F1.rf", size: 12, entries: 3)])
    #expect(
      String(decoding: manifest.json(), as: UTF8.self) == #"""
        {"version":1,"extent":{"tableId":"2","endRow":"m\\x00"},"files":[{"file":"F1.rf","size":12,"entries":3}],"reservations":[],"garbage":[]}

        """#)
  }

  @Test(
    "a damaged file is an error that names the field",
    arguments: [
      ("\"version\":1", "\"version\":3", "version: expected 1 or 2, the supported ones, found 3"),
      ("\"size\":30", "\"size\":30,\"time\":5", "files[1].time: expected version 2 of tablet.json for this field"),
      ("\"size\":30", "\"size\":30,\"range\":{}", "files[1].range: expected version 2 of tablet.json for this field"),
      ("\"size\":30", "\"size\":30,\"certificate\":{}", "files[1].certificate: expected version 2 of tablet.json"),
      ("\"version\":1", "\"version\":\"1\"", "version: expected a whole number"),
      ("\"version\":1", "\"version\":99999999999999999999", "version: expected a whole number"),
      ("\"version\":1", "\"other\":1", "version: expected a whole number"),
      ("\"tableId\":\"2\"", "\"tableId\":null", "extent.tableId: expected a string, found nothing"),
      ("\"tableId\":\"2\"", "\"tableId\":\"\"", "extent.tableId: expected a table id, found nothing"),
      ("\"endRow\":\"m\"", "\"endRow\":\"\\\\\"", "extent.endRow: expected text with bytes"),
      ("\"endRow\":\"m\"", "\"endRow\":\"\"", "extent.endRow: expected a row after prevEndRow"),
      ("\"size\":30", "\"size\":-1", "files[1].size: expected a whole number from 0"),
      ("\"size\":30", "\"size\":1.5", "files[1].size: expected a whole number from 0"),
      ("\"size\":30", "\"size\":9223372036854775808", "files[1].size: expected a whole number from 0"),
      ("\"entries\":4", "\"entries\":-9223372036854775808", "files[1].entries: expected a whole number from 0"),
      ("\"file\":\"F2.rf\"", "\"file\":\"A1.rf\"", "files[1].file: expected each once, found A1.rf again"),
      ("\"file\":\"F2.rf\"", "\"file\":\"../F2.rf\"", "files[1].file: expected the name of an .rf file"),
      (
        "\"file\":\"F2.rf\"", "\"file\":\"F0.rf\"",
        "garbage[0]: expected the plain name of an .rf file that is not live"
      ),
      (
        "\"file\":\"F2.rf\"", "\"file\":\"C3.rf\"",
        "reservations[0].output: expected the plain name of an .rf file that"
      ),
      ("\"F0.rf\"", "\"/etc/passwd\"", "garbage[0]: expected the plain name of an .rf file"),
      ("\"F0.rf\"", "7", "garbage[0]: expected a string"),
      ("\"F0.rf\"", "\"A1.rf\"", "garbage[0]: expected the plain name of an .rf file that is not live, found A1.rf"),
      ("\"ECID:2\"", "\"ECID:1\"", "reservations[1].ecid: expected each once"),
      ("\"ECID:2\"", "\"\"", "reservations[1].ecid: expected ECID:<uuid>"),
      ("\"SYSTEM\"", "\"system\"", "reservations[0].kind: expected SYSTEM, SELECTOR, USER or CHOP"),
      ("\"C3.rf_tmp\"", "\"../C3.rf_tmp\"", "reservations[0].tmp: expected the plain name of an .rf_tmp file"),
      ("\"C3.rf_tmp\"", "\"tablet.json\"", "reservations[0].tmp: expected the plain name of an .rf_tmp file"),
      ("\"C3.rf\"", "\"C3\"", "reservations[0].output: expected"),
      ("\"processId\":7", "\"processId\":4294967296", "reservations[0].processId: expected a whole number"),
      ("\"processStart\":99", "\"processStart\":-1", "reservations[0].processStart: expected a whole number"),
      ("\"inode\":-1", "\"inode\":18446744073709551615", "reservations[0].written.inode: expected a whole number"),
      ("{", "[", "is not JSON: column "),
    ]) func damage(old: String, new: String, problem: String) throws
  {
    var text = String(decoding: Self.full.json(), as: UTF8.self)
    let range = try #require(text.firstRange(of: old), "the text that this case changes")
    text.replaceSubrange(range, with: new)
    let error = try #require(throws: ManifestError.self) {
      try TabletManifest(json: Array(text.utf8), path: "t/tablet.json")
    }
    let message = error.description
    #expect(message.hasPrefix("t/tablet.json: " + problem), "\(message)")
    #expect(!message.contains("\n"))
  }

  @Test("parts of a file may be adjacent but not overlap, and a negative time is none") func parts() throws {
    func read(_ files: String) throws -> TabletManifest {
      try TabletManifest(json: Array(#"{"version":2,"extent":{"tableId":"2"},"files":[\#(files)]}"#.utf8), path: "x")
    }
    func part(_ range: String) -> String { #"{"file":"F1.rf","size":1,"entries":1,"range":{\#(range)}}"# }
    let (first, second) = (part(#""endRow":"c""#), part(#""prevEndRow":"c","endRow":"m""#))
    #expect(try read([first, second, part(#""prevEndRow":"m""#)].joined(separator: ",")).files.count == 3)
    #expect(try read(second + "," + part(#""prevEndRow":"d","endRow":"d""#)).files.count == 2)
    for (other, found) in [
      (part(#""prevEndRow":"b""#), "(-inf,c] and (b,+inf]"), (part(""), "(-inf,c] and (-inf,+inf]"),
      (#"{"file":"F1.rf","size":1,"entries":1}"#, "(-inf,c] and (-inf,+inf]"),
    ] {
      for files in [first + "," + other, other + "," + first] {
        let error = try #require(throws: ManifestError.self) { try read(files) }
        #expect(
          error.problem.hasSuffix(".range: expected parts of F1.rf that do not overlap, found " + found), "\(error)")
      }
    }
    for time in ["-1", "-9223372036854775808"] {
      #expect(try read(#"{"file":"F1.rf","size":1,"entries":1,"time":\#(time)}"#).files[0].time == nil)
    }
  }

  @Test("cut anywhere, or with any byte changed, it is read or refused, never a trap") func everyByte() throws {
    let json = Self.full.json()
    #expect(throws: ManifestError.self) { try TabletManifest(json: [], path: "x") }
    for end in 0..<json.count - 1 {
      #expect(throws: ManifestError.self) { try TabletManifest(json: Array(json[..<end]), path: "x") }
    }
    var (read, refused) = (0, 0)
    for i in json.indices {
      for byte in [json[i] ^ 1, json[i] ^ 0x80, UInt8(ascii: "-"), UInt8(ascii: "9"), UInt8(ascii: "\""), 0] {
        var damaged = json
        damaged[i] = byte
        do throws(ManifestError) {
          // Whatever can be read can be written and read again.
          let manifest = try TabletManifest(json: damaged, path: "x")
          #expect(try TabletManifest(json: manifest.json(), path: "x") == manifest)
          read += 1
        } catch { refused += 1 }
      }
    }
    #expect(read > 100 && refused > 1000, "\(read) read, \(refused) refused")
    let deep = Array(String(repeating: "[", count: 200_000).utf8)
    #expect(throws: ManifestError.self) { try TabletManifest(json: deep, path: "x") }
  }
}

@Suite struct ReservationTests {
  let me = ManifestTests.owner
  func reservation(_ owner: ProcessIdentity, lease: Int64) -> Reservation {
    Reservation(
      ecid: "ECID:1", kind: .system, executor: "i.a.b", inputs: ["F1.rf"], propagateDeletes: true, output: "C1.rf",
      tmp: "C1.rf_tmp", owner: owner, lease: lease)
  }

  @Test("from another machine a reservation is dead when its lease is older than asked") func otherMachine() throws {
    var other = me
    other.host = "h2"
    for (lease, now, dead) in [
      (1000, 1600, false), (1000, 1601, true), (5000, 1000, false), (Int64.min, Int64.max, true),
      (Int64.max, Int64.min, false),
    ] as [(Int64, Int64, Bool)] {
      #expect(try reservation(other, lease: lease).isDead(seenBy: me, now: now, leaseDuration: 600) == dead)
    }
  }

  @Test("a clone of this machine, with another boot id, is another machine until its lease ends") func clone() throws {
    var clone = try ProcessIdentity.current()
    clone.bootId = "c10e"
    clone.startTime += 1
    let here = try ProcessIdentity.current()
    #expect(try !reservation(clone, lease: 1000).isDead(seenBy: here, now: 1600, leaseDuration: 600))
    #expect(try reservation(clone, lease: 1000).isDead(seenBy: here, now: 1601, leaseDuration: 600))
  }

  @Test("on the same machine only the process counts, not the lease") func sameMachine() throws {
    let here = try ProcessIdentity.current()
    #expect(try !reservation(here, lease: 0).isDead(seenBy: here, now: .max, leaseDuration: 0))
    var gone = here
    gone.startTime += 1
    #expect(try reservation(gone, lease: .max).isDead(seenBy: here, now: 0, leaseDuration: .max))
  }
}
