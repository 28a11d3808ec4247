// HTML and SVG under construction. Names of tables and rows are hostile: a row can be `<script>`. So markup is made of
// elements only, names of elements and attributes are `StaticString`, which no input can become, and every text and
// every value of an attribute is escaped here:
//
//     page.element("p", ["class": "note"], text: "a < b")      <p class="note">a &lt; b</p>

/// A piece of a page. Its text is UTF-8.
struct Markup: Sendable {
  private(set) var bytes: [UInt8] = []

  /// An attribute is left out when its value is nil.
  typealias Attributes = KeyValuePairs<StaticString, String?>

  var isEmpty: Bool { bytes.isEmpty }

  mutating func element(
    _ name: StaticString, _ attributes: Attributes = [:], _ content: (inout Markup) throws -> Void
  ) rethrows {
    open(name, attributes)
    append(">")
    try content(&self)
    close(name)
  }

  mutating func element(_ name: StaticString, _ attributes: Attributes = [:], text: String) {
    element(name, attributes) { $0.text(text) }
  }

  /// An element without content: a shape of SVG, or one of HTML's void elements.
  mutating func void(_ name: StaticString, _ attributes: Attributes = [:]) {
    open(name, attributes)
    append("/>")
  }

  /// Text, escaped. Control characters, and those that turn the direction of writing, become `?`.
  mutating func text(_ text: String) {
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": append("&amp;")
      case "<": append("&lt;")
      case ">": append("&gt;")
      case "\"": append("&quot;")
      case "'": append("&#39;")
      case "\n": append("\n")
      case _ where Self.isUnprintable(scalar): append("?")
      default: bytes.append(contentsOf: UTF8.encode(scalar)!)
      }
    }
  }

  mutating func append(_ other: Markup) { bytes += other.bytes }

  /// Text of this program's own: markup, a style sheet or a script.
  mutating func append(_ text: StaticString) { text.withUTF8Buffer { bytes.append(contentsOf: $0) } }

  /// JSON in which `<`, `>` and `&` are escapes, so that it can end no script.
  mutating func append(data: ScriptData) { bytes += data.bytes }

  private mutating func open(_ name: StaticString, _ attributes: Attributes) {
    append("<")
    append(name)
    for (key, value) in attributes {
      guard let value else { continue }
      append(" ")
      append(key)
      append("=\"")
      text(value)
      append("\"")
    }
  }

  private mutating func close(_ name: StaticString) {
    append("</")
    append(name)
    append(">")
  }

  private static func isUnprintable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x202A...0x202E, 0x2066...0x2069, 0xFFFE...0xFFFF: true
    default: scalar.properties.generalCategory == .control
    }
  }
}
