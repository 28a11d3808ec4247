import Glibc

/// The limit on open files. A merge keeps all its inputs open, and a shell usually allows only 1024 files.
enum OpenFiles {
  /// Raises the limit as far as this user is allowed to.
  static func allowMany() {
    var limit = rlimit()
    let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    guard getrlimit(resource, &limit) == 0, limit.rlim_cur < limit.rlim_max else { return }
    limit.rlim_cur = limit.rlim_max
    // If this fails, opening one file too many reports it.
    _ = setrlimit(resource, &limit)
  }
}
