import TestSupport
import Testing

@testable import BlockFile

@Suite struct VariableLengthIntegerTests {
  /// Every boundary of both forms, and its neighbours.
  static let values: [Int64] = {
    var values: Set<Int64> = [0, .max, .min]
    for bit in 0..<63 {
      for offset in Int64(-2)...2 {
        values.insert((1 << bit) &+ offset)
        values.insert(-(1 << bit) &+ offset)
      }
    }
    for border in [-112, 127, -32, 19 << 8, -20 << 8, 15 << 16, -16 << 16, 7 << 24, -8 << 24] as [Int64] {
      for offset in Int64(-300)...300 { values.insert(border + offset) }
    }
    return values.sorted()
  }()

  @Test("VLong-W reads back, alone and with bytes behind it") func writableRoundTrip() throws {
    for value in Self.values {
      var bytes: [UInt8] = []
      bytes.appendWritableVLong(value)
      var reader = ByteReader(bytes + [1])
      #expect(try reader.writableVLong("value") == value)
      #expect(reader.remaining == 1)
      for count in 0..<bytes.count {
        var short = ByteReader(Array(bytes[..<count]))
        #expect(throws: DecodeError.self) { try short.writableVLong("value") }
      }
    }
  }

  @Test("VLong-U reads back, alone and with bytes behind it") func bcFileRoundTrip() throws {
    for value in Self.values {
      var bytes: [UInt8] = []
      bytes.appendBCFileVLong(value)
      var reader = ByteReader(bytes + [1])
      #expect(try reader.bcFileVLong("value") == value)
      #expect(reader.remaining == 1)
      for count in 0..<bytes.count {
        var short = ByteReader(Array(bytes[..<count]))
        #expect(throws: DecodeError.self) { try short.bcFileVLong("value") }
      }
    }
  }

  @Test("the two forms differ as Accumulo's do") func knownForms() {
    func forms(_ value: Int64) -> [[UInt8]] {
      var (w, u): ([UInt8], [UInt8]) = ([], [])
      w.appendWritableVLong(value)
      u.appendBCFileVLong(value)
      return [w, u]
    }
    #expect(forms(127) == [[0x7f], [0x7f]])
    #expect(forms(200) == [[0x8f, 0xc8], [0xcc, 0xc8]])
    #expect(forms(-33) == [[0xdf], [0xcb, 0xdf]])
    #expect(forms(102_400) == [[0x8d, 0x01, 0x90, 0x00], [0xa9, 0x90, 0x00]])
    #expect(forms(1 << 40) == [[0x8a, 1, 0, 0, 0, 0, 0], [0x85, 1, 0, 0, 0, 0, 0]])
  }

  @Test("any bytes are a number or an error") func anyBytes() {
    var (numbers, lengths) = (0, 0)
    for first in UInt8.min...UInt8.max {
      for rest in [[], [0xff], [0, 0, 0], Array(repeating: 0xff, count: 8), Array(repeating: 0x80, count: 8)]
        as [[UInt8]]
      {
        var w = ByteReader([first] + rest)
        if (try? w.writableVLong("value")) != nil { numbers += 1 }
        var u = ByteReader([first] + rest)
        if (try? u.bcFileVLong("value")) != nil { numbers += 1 }
        var length = ByteReader([first] + rest)
        guard let count = try? length.writableLength("length") else { continue }
        #expect(count <= rest.count)
        lengths += 1
      }
    }
    // 256 first bytes, each with 5 continuations.
    #expect(numbers > 256 && numbers < 2 * 256 * 5 && lengths > 5 && lengths < 256 * 5, "\(numbers), \(lengths)")
  }
}
