import TestSupport
import Testing

@testable import Digests

@Suite("XXH3-128")
struct XXH3Tests {
  /// The input of xxHash's own tests (`XSUM_fillTestBuffer`).
  private static func input(_ count: Int) -> [UInt8] {
    var word: UInt64 = 2_654_435_761
    return (0..<count).map { _ in
      defer { word = word &* 11_400_714_785_074_694_797 }
      return UInt8(word >> 56)
    }
  }

  /// The vectors of xxHash's `XSUM_XXH128_testdata` without a seed: at least one for each path through the algorithm,
  /// except for lengths 97 to 128.
  private static let published: [(count: Int, low: UInt64, high: UInt64)] = [
    (0, 0x6001_c324_468d_497f, 0x99aa_06d3_0147_98d8),
    (1, 0xc44b_dff4_074e_ecdb, 0xa6cd_5e93_9200_0f6a),
    (6, 0x3e70_39bd_da43_cfc6, 0x082a_fe0b_8162_d12a),
    (12, 0x061a_1927_13f6_9ad9, 0x6e3e_fd8f_c780_2b18),
    (24, 0x1e70_44d2_8b1b_901d, 0x0ce9_66e4_678d_3761),
    (48, 0xf942_219a_ed80_f67b, 0xa002_ac4e_5478_227e),
    (81, 0x5e8b_afb9_f95f_b803, 0x4952_f581_81ab_0042),
    (222, 0xf1ae_bd59_7cec_6b3a, 0x337e_0964_1b94_8717),
    (403, 0xcdeb_804d_65c6_dea4, 0x1b6d_e21e_332d_d73d),
    (512, 0x617e_4959_9013_cb6b, 0x18d2_d110_dcc9_bca1),
    (2048, 0xdd59_e2c3_a5f0_38e0, 0xf736_557f_d470_73a5),
    (2240, 0x6e73_a905_39cf_2948, 0xccb1_34fb_fa7c_e49d),
    (2367, 0xcb37_aeb9_e5d3_61ed, 0xe89c_0f6f_f369_b427),
  ]

  @Test("the published vectors")
  func vectors() {
    for vector in Self.published {
      #expect(XXH3.digest(Self.input(vector.count)) == Digest(low: vector.low, high: vector.high), "\(vector.count)")
    }
  }

  @Test("the hashes of all lengths up to 5000 are those of libxxhash 0.8.1")
  func everyLength() {
    let input = Self.input(5000)
    var hashes: [UInt8] = []
    for count in 0...5000 {
      let digest = XXH3.digest(Array(input.prefix(count)))
      withUnsafeBytes(of: digest.bits.bigEndian) { hashes += $0 }
    }
    #expect("\(XXH3.digest(hashes))" == "93c49f6b18361301a5288627f742e4ca")
  }

  @Test("nothing beyond the bytes counts, whatever their alignment")
  func alignment() {
    let input = Self.input(600)
    for count in 0...300 {
      let expected = XXH3.digest(Array(input.prefix(count)))
      for offset in [1, 3, 8] {
        var memory = [UInt8](repeating: UInt8(count & 255), count: offset) + input.prefix(count)
        memory += [UInt8](repeating: 0xee, count: 64)
        let digest = memory.withUnsafeBytes { XXH3.digest($0.baseAddress! + offset, count: count) }
        #expect(digest == expected, "\(count) bytes at \(offset)")
      }
    }
  }

  @Test("bytes in pieces have the hash of the whole")
  func pieces() {
    let input = Self.input(4200)
    let lengths = [0, 1, 63, 64, 65, 240, 241, 1023, 1024, 1025, 1087, 1088, 2047, 2048, 2049, 3072, 3100, 4200]
    for count in lengths {
      let whole = Array(input.prefix(count))
      for piece in [1, 7, 64, 240, 1000, 1024, 1025, 2048, 5000] {
        var digest = BytesDigest()
        var start = 0
        while start < count {
          let end = min(start + piece, count)
          whole[start..<end].withUnsafeBytes { digest.append($0) }
          start = end
        }
        #expect(digest.digest == XXH3.digest(whole), "\(count) bytes in pieces of \(piece)")
        #expect(digest.count == UInt64(count))
      }
    }
  }

  @Test("bytes in random pieces have the hash of the whole, after each piece")
  func randomPieces() {
    let input = Self.input(20_000)
    var random = SplitMix64(seed: 3)
    for most in [3, 100, 1500, 9000] {
      var digest = BytesDigest()
      var end = 0
      while end < input.count {
        let start = end
        end = min(input.count, end + .random(in: 0...most, using: &random))
        input[start..<end].withUnsafeBytes { digest.append($0) }
        if most > 3 || end < 1500 { #expect(digest.digest == XXH3.digest(Array(input.prefix(end))), "\(end)") }
      }
    }
  }

  @Test("a digest as text and back")
  func text() {
    #expect("\(XXH3.digest(Array("abc".utf8)))" == "06b05ab6733a618578af5f94892f3950")
    #expect("\(Digest(0x1f))" == "0000000000000000000000000000001f")
    #expect(Digest("06b05ab6733a618578AF5F94892F3950") == XXH3.digest(Array("abc".utf8)))
    for text in ["", "1f", "+6b05ab6733a618578af5f94892f3950", "g6b05ab6733a618578af5f94892f3950"] {
      #expect(Digest(text) == nil, "\(text)")
    }
  }
}
