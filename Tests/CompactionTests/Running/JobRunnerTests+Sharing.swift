import Synchronization
import TestSupport
import Testing

@testable import Compaction
@testable import Files
@testable import Records

extension JobRunnerTests {
  @Test("small jobs wait for the disk side by side, but no more of them merge than there are threads") func small()
    throws
  {
    for (threads, most) in [(1, 1), (3, 12)] {
      let jobs = (0..<24).map { job("\($0)", table: "s\(threads)-\($0)", ["F1.rf"], output: "C2.rf", bytes: 1 << 20) }
      let execution = FakeExecution()
      var (running, mostAtOnce) = (0, 0)
      let isFine = try JobRunner(runner().conditions, threads: threads, memory: 100).run(jobs, with: execution) {
        event in
        switch event {
        case .started: running += 1
        case .ended: running -= 1
        case .progress, .note: break
        }
        mostAtOnce = max(mostAtOnce, running)
      }
      #expect(isFine && mostAtOnce == most && execution.state.withLock { $0.mostAtOnce } <= threads)
    }
  }

  @Test("the mounts are read once for all directories of a device that is fine, and each time for one that is not")
  func mountsOfDevices() throws {
    for (options, expected) in [("vers=4", 1), ("nolock", 5)] {
      let count = Count()
      var conditions = try runner().conditions
      conditions.mounts = {
        count.asked.add(1, ordering: .relaxed)
        return MountTable("25 1 0:9 / / rw - nfs nas:/data rw,\(options)\n")
      }
      for i in 0..<5 {
        let one = job("a", table: "\(options)\(i)", ["F1.rf"], output: "C2.rf")
        _ = try JobRunner(conditions, threads: 1, memory: 100).run([one], with: FakeExecution()) { _ in }
      }
      #expect(count.asked.load(ordering: .relaxed) == expected)
    }
  }

  @Test("where locks hold on one host alone jobs are refused, and run only when forced")
  func localLocks() throws {
    for (options, isForced, isRefused) in [("nolock", false, true), ("nolock", true, false), ("vers=4", false, false)] {
      var conditions = try runner().conditions
      conditions.mounts = { MountTable("25 1 0:9 / / rw - nfs nas:/data rw,\(options)\n") }
      conditions.isForced = isForced
      var result: CompactionResult?
      let one = job("a", table: "\(options)\(isForced)", ["F1.rf"], output: "C2.rf")
      let told = JobRunner(conditions, threads: 1, memory: 100).dryRun([one], with: FakeExecution())
      #expect((told[0].refusal != nil) == isRefused)
      _ = try JobRunner(conditions, threads: 1, memory: 100).run([one], with: FakeExecution()) { event in
        if case .ended(_, let ended, _) = event { result = ended }
      }
      #expect(result?.state == (isRefused ? .failed : .finished))
      guard isRefused else { continue }
      #expect(result?.retry == .never && result?.error == told[0].refusal)
      #expect(
        result?.error
          == "/, nas:/data by nfs (nolock), has no locks between hosts, so two could take one job: mount it "
          + "with such locks, run detached jobs (--into DIR), or say --force if no other host compacts there")
    }
  }
}
