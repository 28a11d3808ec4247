import Glibc

/// The terminal that messages go to.
struct Terminal {
  /// Columns.
  var width: Int
  /// Whether it shows the characters of sparklines and bars.
  var drawsBlocks: Bool

  /// Nil when standard error is no terminal.
  static let ofMessages: Terminal? = {
    guard isatty(2) == 1 else { return nil }
    var size = winsize()
    let isKnown = ioctl(2, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    return Terminal(
      width: isKnown ? Int(size.ws_col) : 80, drawsBlocks: isUnicode && Environment.value(of: "TERM") != "dumb")
  }()

  /// The encoding of the locale, as the C library finds it: the first of the variables that is set decides.
  private static var isUnicode: Bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap(Environment.value(of:)).first ?? ""
    return ["utf-8", "utf8"].contains { locale.lowercased().contains($0) }
  }
}
