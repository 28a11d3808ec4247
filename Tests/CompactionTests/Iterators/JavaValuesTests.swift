import Entries
import TestSupport
import Testing

@testable import Compaction
@testable import Java

@Suite("Numbers and dates as Java reads them") struct JavaValuesTests {
  @Test("numbers are read as Long.parseLong and Integer.parseInt read them") func numbers() throws {
    let lines = try Fixtures.text(Fixtures.root + "/Fixtures/java/numbers.txt").split(separator: "\n")
    #expect(lines.count > 30)
    for line in lines {
      let fields = line.split(separator: " ", omittingEmptySubsequences: false)
      let text = String(decoding: Fixtures.hex(fields[0]), as: UTF8.self)
      #expect(JavaNumber.long(text) == Int64(fields[1]), "\(text)")
      #expect(JavaNumber.int(text) == Int32(fields[2]), "\(text)")
    }
  }

  @Test("a date that is taken is the time that Java makes of it") func dates() throws {
    var taken: Set<String> = []
    for line in try Fixtures.text(Fixtures.root + "/Fixtures/java/dates.txt").split(separator: "\n") {
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
      guard let time = try? JavaDate.milliseconds(String(fields[0])) else { continue }
      #expect(time == Int64(fields[1]), "\(fields[0])")
      taken.insert(String(fields[0].dropFirst(14)))
    }
    #expect(
      taken == [
        "GMT", "UTC", "gmt", "utc", "Utc", " GMT", " UTC", " +0100", "+0530", "+0000", "-0000", "+0100", "-0830",
        "+2359",
        "GMT+01:00", "GMT+1:00", "GMT-08:30", "GMT+00:00", "GMT+23:59", "gmt+1:00",
      ])
  }

  @Test(
    "encoded numbers are decoded again, and their bytes are Hadoop's",
    arguments: [
      (Int64(0), "00", "30"), (1, "01", "31"), (-1, "ff", "2d31"), (127, "7f", "313237"), (-112, "90", "2d313132"),
      (128, "8f80", "313238"), (-113, "8770", "2d313133"), (-129, "8780", "2d313239"), (-256, "87ff", "2d323536"),
      (-257, "860100", "2d323537"), (255, "8fff", "323535"), (256, "8e0100", "323536"),
      (65536, "8d010000", "3635353336"),
      (.max, "887fffffffffffffff", "39323233333732303336383534373735383037"),
      (.min, "807fffffffffffffff", "2d39323233333732303336383534373735383038"),
    ])
  func encodings(number: Int64, variable: String, string: String) {
    #expect(encode(number, .variableLength) == Fixtures.hex(variable))
    #expect(encode(number, .string) == Fixtures.hex(string))
    #expect(encode(number, .fixedLength) == (0..<8).map { UInt8(truncatingIfNeeded: number >> Int64(56 - 8 * $0)) })
    for encoding in [LongEncoding.variableLength, .string, .fixedLength] {
      #expect(decode(encode(number, encoding), encoding) == number)
    }
  }

  @Test("random numbers of every size survive every encoding, and no beginning of theirs is mistaken") func roundTrip()
  {
    var random = SplitMix64(seed: 5)
    for _ in 0..<20_000 {
      let number = Int64(bitPattern: random.next()) >> Int64.random(in: 0...63, using: &random)
      for encoding in [LongEncoding.variableLength, .string, .fixedLength] {
        let bytes = encode(number, encoding)
        #expect(decode(bytes, encoding) == number)
        if encoding != .string { #expect(decode(Array(bytes.dropLast()), encoding) == nil) }
      }
    }
  }

  @Test("all values of up to two bytes are decoded or refused") func allShortValues() {
    func decoded(_ encoding: LongEncoding) -> Int {
      (0...255).reduce(0) { count, first in
        count + (decode([UInt8(first)], encoding) == nil ? 0 : 1)
          + (0...255).count { decode([UInt8(first), UInt8($0)], encoding) != nil }
      }
    }
    // One byte from -112 to 127, with anything after it; two bytes if the first is -113 or -121.
    #expect(decoded(.variableLength) == 240 + 240 * 256 + 2 * 256)
    // Digits, a sign with a digit, and the digits of other scripts with two-byte digits: Arabic, Persian, N'Ko.
    #expect(decoded(.string) == 10 + 100 + 20 + 30)
    #expect(decoded(.fixedLength) == 0)
    #expect(decode([], .variableLength) == nil && decode([], .string) == nil && decode([], .fixedLength) == nil)
  }

  private func encode(_ number: Int64, _ encoding: LongEncoding) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: LongEncoding.longest) { buffer, count in
      count = encoding.encode(number, into: buffer.baseAddress!)
    }
  }

  private func decode(_ bytes: [UInt8], _ encoding: LongEncoding) -> Int64? {
    let memory = UnsafeMutablePointer<UInt8>.allocate(capacity: bytes.count)
    defer { memory.deallocate() }
    memory.initialize(from: bytes, count: bytes.count)
    return encoding.decode(ByteView(start: memory, count: bytes.count))
  }
}
