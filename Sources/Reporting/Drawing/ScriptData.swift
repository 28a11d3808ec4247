import Records

/// Data for the page's script: JSON with every `<`, `>`, `&`, `=` and `'` as an escape, so that no text in it can end
/// the script or become markup.
struct ScriptData: Sendable {
  private(set) var bytes: [UInt8]

  init(_ write: (inout JSONLine) -> Void) {
    var line = JSONLine(escapesHTML: true)
    line.object(write)
    bytes = line.bytes
  }
}
