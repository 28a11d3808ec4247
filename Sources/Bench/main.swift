import BlockFile
import Compaction
import Entries
import Glibc
import RFile

func cpu() -> Double {
  var t = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t)
  return Double(t.tv_sec) + Double(t.tv_nsec) / 1e9
}
let n = 1_000_000
for codec in [Codec.none, .zstd, .gz] {
  var inputs: [RFileReader] = []
  for i in 0..<4 {
    let sink = ByteSink(memory: "f\(i)")
    let w = try RFileWriter(sink, options: .init(codec: codec))
    try w.startDefaultLocalityGroup()
    let t = cpu()
    try w.append(contentsOf: ContinuousIngest(count: n, seed: UInt64(i + 1)))
    _ = try w.finish()
    if i == 0 { print(codec, "generate", cpu() - t) }
    inputs.append(try RFileReader(ByteSource(bytes: sink.memory, name: "f\(i)")))
  }
  for round in 0..<3 {
    let t0 = cpu()
    let loader = BlockLoader()
    let merge = MergeCursor(try inputs.flatMap { try $0.cursors(loader: loader) })
    let stack = VersioningIterator(source: DeletingIterator(source: merge, propagateDeletes: false), maxVersions: 1)
    let sink = ByteSink(discarding: "out")
    let w = try RFileWriter(sink, options: .init(codec: codec))
    try w.startDefaultLocalityGroup()
    try w.append(contentsOf: stack)
    _ = try w.finish()
    let t1 = cpu()
    print(codec, round, "entries", w.entries, "cpu", t1 - t0, "M/s", Double(4 * n) / (t1 - t0) / 1e6, "ns", (t1 - t0) / Double(4 * n) * 1e9)
    if round == 2 {
      let r = inputs[0]
      let t2 = cpu(); _ = try r.check(); print("check ns", (cpu() - t2) / Double(n) * 1e9)
      let t3 = cpu(); let m = try r.merged(); var c = 0; while try m.next() != nil { c += 1 }; print("scan ns", (cpu() - t3) / Double(n) * 1e9)
      let t4 = cpu(); let m2 = MergeCursor(try inputs.flatMap { try $0.cursors(loader: loader) });  while try m2.next() != nil { c += 1 }; print("merge only ns", (cpu() - t4) / Double(4 * n) * 1e9)
    }
  }
}
