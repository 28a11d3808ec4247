import BlockFile
import Entries
import ExportedTable
import FoundationEssentials
import RFile
import SystemPackage
import TabletStore

/// Makes inputs to begin with, from files of real Accumulo and cases of the tests.
struct Seeds {
  /// The top of the checkout.
  let root: String

  /// Larger seeds would only make every try slower.
  private static let largest = 4000

  func write(to corpus: String) throws {
    for (target, seeds) in try all() {
      let folder = "\(corpus)/\(target)"
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      for (number, seed) in seeds.enumerated() {
        try Data(seed).write(to: URL(filePath: "\(folder)/seed-\(number)"))
      }
      print("\(target): \(seeds.count) seeds")
    }
  }

  private func all() throws -> [(target: String, seeds: [[UInt8]])] {
    let files = try files(below: "accumulo/rfiles", ".rf") + files(below: "accumulo/golden2/rewrite", ".rf")
    let small = files.filter { $0.count <= Self.largest }
    let plain = files.compactMap { try? Self.plain($0) }
    return [
      ("rfile", small + plain), ("salvage", small + plain), ("blocks", files.compactMap { try? Self.blocks($0) }),
      ("meta", files.flatMap { (try? Self.metaBlocks($0)) ?? [] } + plain.compactMap { try? Self.index($0) }),
      ("codec", files.flatMap { (try? Self.stored($0)) ?? [] }), ("records", try records()),
      ("entries", try entries()), ("tablet", [Array(SeedTexts.manifest.utf8)]), ("settings", try settings()),
      ("metadata", try metadata()), ("regex", try patterns()), ("remote", [Array(SeedTexts.listing.utf8)]),
      ("checkpoint", Self.checkpoints()), ("export", try exports()),
    ]
  }

  private func files(below folder: String, _ suffix: String) throws -> [[UInt8]] {
    try FileManager.default.subpathsOfDirectory(atPath: "\(root)/Fixtures/\(folder)").filter { $0.hasSuffix(suffix) }
      .sorted().map { try bytes("Fixtures/\(folder)/\($0)") }
  }

  private func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(filePath: "\(root)/\(name)")))
  }

  private func lines(_ name: String) throws -> [[UInt8]] {
    try bytes(name).split(separator: 10).map(Array.init).filter { $0.count < Self.largest }
  }

  // MARK: Files

  /// The entries of a file, at most a few hundred, with the codec none and in two groups.
  private static func plain(_ file: [UInt8]) throws -> [UInt8] {
    let reader = try RFileReader(ByteSource(bytes: file, name: "seed"))
    let sink = ByteSink(memory: "seed")
    let writer = try RFileWriter(sink, options: .init(codec: .none, blockSize: 300, indexBlockSize: 150))
    try writer.startDefaultLocalityGroup()
    let merge = try reader.merged()
    while sink.count < 1500, let entry = try merge.next() {
      if entry.pointee.value.count < 500 { try writer.append(entry) }
    }
    _ = try writer.finish()
    return sink.memory
  }

  /// For `BlockTargets.blocks`, of any codec.
  private static func blocks(_ file: [UInt8]) throws -> [UInt8] {
    let reader = try RFileReader(ByteSource(bytes: try plain(file), name: "seed"))
    let buffer = BlockBuffer()
    var seed: [UInt8] = [UInt8.random(in: 0...255)]
    try reader.forEachDataBlock(ofGroup: 0, loader: BlockLoader()) { entry, region in
      try reader.file.load(region, into: buffer, loader: BlockLoader(), place: "seed")
      seed.append(0)
      seed.append(part: [UInt8](buffer.bytes))
    }
    return seed
  }

  private static func metaBlocks(_ file: [UInt8]) throws -> [[UInt8]] {
    let reader = try RFileReader(ByteSource(bytes: file, name: "seed")).file
    func block(_ name: String) throws -> [UInt8]? {
      try reader.metaBlock(name, loader: BlockLoader()).flatMap { $0.count <= largest ? $0 : nil }
    }
    var seeds: [[UInt8]] = []
    if let bloom = try block(BuiltFile.bloom) { seeds.append([1] + bloom) }
    if let index = try block(BuiltFile.summaries[0]), let first = try block(BuiltFile.summaries[1]) {
      var seed: [UInt8] = [2]
      seed.append(part: index)
      seeds.append(seed + first)
    }
    return seeds
  }

  private static func index(_ file: [UInt8]) throws -> [UInt8] {
    let reader = try RFileReader(ByteSource(bytes: file, name: "seed")).file
    let end = reader.metaBlocks.map(\.region.offset).min() ?? 16
    var seed: [UInt8] = [0]
    seed.append(part: Array(file[16..<Int(end)]))
    return seed + (try reader.metaBlock("RFile.index", loader: BlockLoader()) ?? [])
  }

  /// The stored bytes of a file's meta blocks, for `CodecTarget`.
  private static func stored(_ file: [UInt8]) throws -> [[UInt8]] {
    let reader = try RFileReader(ByteSource(bytes: file, name: "seed")).file
    let codec = UInt8(Codec.allCases.firstIndex(of: reader.codec) ?? 0)
    return reader.metaBlocks.map(\.region).filter { $0.compressedSize <= largest }.flatMap { region in
      let stored = Array(file[Int(region.offset)..<Int(region.offset + region.compressedSize)])
      let size = [16, 8, 0].map { UInt8(truncatingIfNeeded: region.rawSize >> $0) }
      let seed = [codec] + size + stored
      return reader.codec == .gz ? [seed, [0x80] + size + stored.dropFirst(2).dropLast(4)] : [seed]
    }
  }

  private static func checkpoints() -> [[UInt8]] {
    let state = CheckpointTarget.partial.state
    var seed: [UInt8] = [1, 0]
    if let tail = state.tail {
      seed += [UInt8(tail.entries >> 8), UInt8(tail.entries & 255)]
      seed.append(part: tail.bytes)
    }
    return [seed + state.groups[0].bytes, [0] + Array(SeedTexts.checkpoint(state).utf8)]
  }

  // MARK: Texts

  private func records() throws -> [[UInt8]] {
    try lines("Fixtures/accumulo/golden/external/external_json.jsonl")
      + lines("Fixtures/accumulo/golden/verify/tiny.jsonl").prefix(5)
      + examples("docs/records.md", "{\"type\":")
  }

  private func entries() throws -> [[UInt8]] {
    let json = #"{"type":"entry","row":"a\\x00","family":"f","qualifier":"q","visibility":"A&B","timestamp":5,"#
    return [[0] + Array((json + #""deleted":false,"value":"v"}"#).utf8)]
      + (try lines("Fixtures/accumulo/rfiles/edge/deletes.dump").prefix(20).map { [1] + $0 })
  }

  private func settings() throws -> [[UInt8]] {
    try lines("Fixtures/accumulo/golden/config/check_compaction_config.jsonl").map { line in
      // Properties out of the golden lines: enough to reach the options of services.
      Array(String(decoding: line, as: UTF8.self).replacing("\\\"", with: "\"").replacing("\",\"", with: "\n").utf8)
    } + SeedTexts.settings.map { Array($0.utf8) }
  }

  private func metadata() throws -> [[UInt8]] {
    let golden = ["golden/metadata/plain.txt", "golden/metadata/timestamps.txt", "golden4/metadata4/metadata4.txt"]
    return try golden.flatMap { name in
      let lines = try lines("Fixtures/accumulo/\(name)")
      return stride(from: 0, to: min(lines.count, 400), by: 10).map { start in
        Array(lines[start..<min(start + 10, lines.count)].joined(separator: [10]))
      }
    }
  }

  private func patterns() throws -> [[UInt8]] {
    try lines("Fixtures/java/patterns.txt").filter { $0.first != 0x23 }.map { line in
      let fields = line.split(separator: 9, omittingEmptySubsequences: false)
      let text = fields.count > 2 ? fields[2].drop { $0 != 0x3d }.dropFirst() : []
      return Array((fields.count > 1 ? fields[1] : []) + [10] + text)
    }
  }

  /// The lines of a page that are examples.
  private func examples(_ page: String, _ start: String) throws -> [[UInt8]] {
    try lines(page).filter { $0.starts(with: Array(start.utf8)) }
  }

  /// The archive, and its texts.
  private func exports() throws -> [[UInt8]] {
    let folder = "\(root)/Fixtures/accumulo/export"
    let export = try ExportDirectory(FilePath(folder), map: FileMap())
    var seed: [UInt8] = [1]
    seed.append(part: export.infoText)
    seed.append(part: export.configText)
    return [[0] + (try bytes("Fixtures/accumulo/export/exportMetadata.zip")), seed + SeedTexts.metadataEntries]
  }
}
