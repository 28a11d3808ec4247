import Glibc
import Synchronization
import Testing

@testable import Files

@Suite struct ThreadSupplyTests {
  private final class Seen: Sendable {
    let runs = Atomic<Int>(0)
    let thread = Atomic<UInt>(0)
  }

  @Test("work runs on a thread of its own, once") func starts() {
    let seen = Seen()
    for _ in 0..<100 {
      let before = seen.runs.load(ordering: .acquiring)
      let isStarted = ThreadSupply().start {
        seen.thread.store(UInt(pthread_self()), ordering: .relaxed)
        seen.runs.add(1, ordering: .releasing)
      }
      #expect(isStarted)
      while seen.runs.load(ordering: .acquiring) == before { sched_yield() }
      #expect(seen.thread.load(ordering: .relaxed) != UInt(pthread_self()))
    }
    #expect(seen.runs.load(ordering: .relaxed) == 100)
  }

  @Test("a thread that is not to be had is an answer, and its work is let go") func refuses() {
    let seen = Seen()
    weak var leak: Seen?
    do {
      let held = Seen()
      leak = held
      let isStarted = ThreadSupply { false }.start {
        held.runs.add(seen.runs.add(1, ordering: .relaxed).newValue, ordering: .relaxed)
      }
      #expect(!isStarted)
    }
    #expect(leak == nil && seen.runs.load(ordering: .relaxed) == 0)
  }

  @Test("the system's own refusal is an answer, too") func systemRefuses() async {
    await #expect(processExitsWith: .success) {
      // No address space for more stacks than libc has kept.
      var limit = rlimit(rlim_cur: 1 << 20, rlim_max: 1 << 20)
      setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit)
      let made = (0..<100).prefix { _ in ThreadSupply().start { sleep(1000) } }.count
      if made == 100 { _exit(1) }
    }
  }
}
