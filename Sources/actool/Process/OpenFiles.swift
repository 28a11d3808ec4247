import Glibc

/// A merge keeps all its inputs open, and shells allow few open files unless asked: 1024 as a rule.
enum OpenFiles {
  /// Asks for as many as this user may have.
  static func allowMany() {
    var limit = rlimit()
    let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    guard getrlimit(resource, &limit) == 0, limit.rlim_cur < limit.rlim_max else { return }
    limit.rlim_cur = limit.rlim_max
    // When it fails there are fewer, and opening one too many says so.
    _ = setrlimit(resource, &limit)
  }
}
