// Who holds a reservation, and is it still there?
//
// A process id alone is reused. With the time its process started (in ticks since the machine did) and the id that the
// kernel drew when it booted, it is unique for ever. The name of the host says where to look; the machine id keeps
// apart two machines of one name; the pid namespace keeps apart containers on one kernel, whose process ids cannot be
// compared. Another boot id may mean that this machine was booted since. But a clone of it has its name and its machine
// id, too, and its processes may well be alive: so a foreign boot id is another machine.

internal import Glibc
internal import SystemPackage

/// A process, for ever and among all machines. Read from Linux's /proc.
package struct ProcessIdentity: Hashable, Sendable {
  package var host: String
  /// `/etc/machine-id`; empty when there is none.
  package var machineId: String
  /// Drawn by the kernel at boot.
  package var bootId: String
  /// `pid:[4026531836]`
  package var pidNamespace: String
  package var pid: Int32
  /// Clock ticks since boot.
  package var startTime: UInt64

  package init(
    host: String, machineId: String, bootId: String, pidNamespace: String, pid: Int32, startTime: UInt64
  ) {
    self.host = host
    self.machineId = machineId
    self.bootId = bootId
    self.pidNamespace = pidNamespace
    self.pid = pid
    self.startTime = startTime
  }

  /// This process.
  package static func current() throws -> ProcessIdentity {
    let pid = getpid()
    guard let identity = try of(pid) else { throw SystemError("read", "/proc/\(pid)/stat", .noSuchFileOrDirectory) }
    return identity
  }

  /// A process of this machine; nil when there is none.
  package static func of(_ pid: Int32) throws -> ProcessIdentity? {
    guard case .running(let startTime) = try look(at: pid) else { return nil }
    var name = [CChar](repeating: 0, count: 256)
    guard gethostname(&name, name.count - 1) == 0 else { throw SystemError("ask for", "the host name", lastErrno()) }
    var link = [CChar](repeating: 0, count: 256)
    let linkLength = readlink("/proc/self/ns/pid", &link, link.count - 1)
    return ProcessIdentity(
      host: String(validating: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self) ?? "",
      machineId: line(of: "/etc/machine-id") ?? "",
      bootId: line(of: "/proc/sys/kernel/random/boot_id") ?? "",
      pidNamespace: linkLength > 0
        ? String(decoding: link.prefix(linkLength).map { UInt8(bitPattern: $0) }, as: UTF8.self) : "",
      pid: pid, startTime: startTime)
  }

  package enum Life: Sendable { case alive, dead, unknown }

  /// What `observer`, a process of here and now, can say of this one: `unknown` when it cannot look (another machine, this
  /// one before it booted, another container).
  package func life(seenBy observer: ProcessIdentity) throws -> Life {
    guard host == observer.host, machineId == observer.machineId, bootId == observer.bootId,
      pidNamespace == observer.pidNamespace
    else { return .unknown }
    switch try Self.look(at: pid) {
    case .running(let time): return time == startTime ? .alive : .dead
    case .gone: return .dead
    case .hidden: return .alive
    }
  }

  private enum Sight {
    case running(startTime: UInt64)
    case gone
    /// There is one, but this user may not look at it.
    case hidden
  }

  private static func look(at pid: Int32) throws -> Sight {
    guard pid > 0 else { return .gone }
    guard let text = line(of: "/proc/\(pid)/stat") else {
      return kill(pid, 0) == 0 || errno == EPERM ? .hidden : .gone
    }
    // `123 (name) S 1 ...`: the name may hold blanks and brackets; field 3 is the state, field 22 the start time.
    guard let end = text.lastIndex(of: ")") else { return .hidden }
    let fields = text[text.index(after: end)...].split(separator: " ")
    guard fields.count > 19, let startTime = UInt64(fields[19]) else { return .hidden }
    return fields[0] == "Z" || fields[0] == "X" ? .gone : .running(startTime: startTime)
  }

  private static func line(of file: String) -> String? {
    guard let bytes = try? readWholeFile(FilePath(file), limit: 65536) else { return nil }
    return String(decoding: bytes.prefix { $0 != 10 }, as: UTF8.self)
  }
}
