import TestSupport

extension RecordsPageTests {
  /// With and without splits, lost jobs, user compactions that end, known outputs and a drain that ends.
  func simulations(_ printed: inout PrintedFields) throws {
    let base = ["simulate", "--seed", "1", "--every", "30m", "--for", "1h", "--jobs"]
    let full = ["--tablets", "2", "--files", "4", "--file-size", "5M"]
    try run(base + full + ["--compact-at", "10m", "--progress", "json"], into: &printed)
    try run(
      base + ["--tablets", "1", "--ingest", "100K", "--rate", "100K", "--compact-at", "59m", "--drain", "0"]
        + ["-p", "table.split.threshold=100M"], into: &printed)
    try run(base + full + ["--accumulo", "4.0", "--compactors", "default=1"], into: &printed)

    let tablet = #"{"type":"tablet","extent":{"tableId":"2"},"files":["#
    let files = (1...4).map { #"{"file":"F\#($0).rf","size":5}"# }.joined(separator: ",")
    actool.write("tablet.json", tablet + files + "]}\n")
    let job = actool.run("plan", "--seed", "1", "tablet.json").output
    let ecid = job.split(separator: "\"")[7]
    actool.write(
      "executed.json",
      job + #"{"type":"result","ecid":"\#(ecid)","extent":{"tableId":"2"},"#
        + #""state":"FINISHED","fileSize":7,"entries":2}"# + "\n")
    try run(base + ["--outputs", "executed.json", "tablet.json"], into: &printed)

    actool.write("old.txt", "2< file:hdfs://nn/accumulo/tables/2/t-1/F1.rf []\t5,1\n2< ~tab:~pr []\t\\x00\n")
    actool.write("new.txt", "2< file:hdfs://nn/accumulo/tables/2/t-1/F2.rf []\t5,1\n2< ~tab:~pr []\t\\x00\n")
    try run(["tablets", "--arrivals", "old.txt", "new.txt", "--apart", "10m"], into: &printed)
  }
}
