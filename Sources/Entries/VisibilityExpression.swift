// The grammar of visibilities, as org.apache.accumulo.core.security.ColumnVisibility checks it:
//
//     expression = term { "&" term } | term { "|" term }
//     term       = word | quoted | "(" expression ")"
//     word       = one or more of A-Z a-z 0-9 _ - : . /
//     quoted     = '"' one or more bytes, where " and \ are written \" and \\ '"'

package enum VisibilityExpression {
  /// The defect of the expression, or nil. The empty expression is valid.
  ///
  /// - Parameter onTerm: called for each term before a defect: a word, or what is between quotes, as it is.
  package static func defect(of expression: ByteView, onTerm: (ByteView) -> Void = { _ in }) -> String? {
    guard expression.count > 0 else { return nil }
    /// The operator of each open expression, innermost last; 0 while it has none.
    var operators: [UInt8] = [0]
    var expectsTerm = true
    var position = 0
    while position < expression.count {
      let byte = expression.start[position]
      switch byte {
      case UInt8(ascii: "&"), UInt8(ascii: "|"):
        if expectsTerm { return "empty term at offset \(position)" }
        let last = operators.count - 1
        if operators[last] != 0, operators[last] != byte { return "& and | mixed without () at offset \(position)" }
        operators[last] = byte
        expectsTerm = true
        position += 1
      case UInt8(ascii: ")"):
        if expectsTerm { return "empty term at offset \(position)" }
        operators.removeLast()
        if operators.isEmpty { return "unmatched ) at offset \(position)" }
        position += 1
      case UInt8(ascii: "("):
        if !expectsTerm { return "missing & or | at offset \(position)" }
        operators.append(0)
        position += 1
      default:
        if !expectsTerm { return "missing & or | at offset \(position)" }
        let start = position
        if let reason = skipTerm(expression, &position) { return reason }
        let quote = expression.start[start] == UInt8(ascii: "\"") ? 1 : 0
        onTerm(ByteView(start: expression.start + start + quote, count: position - start - 2 * quote))
        expectsTerm = false
      }
    }
    if expectsTerm { return "empty term at offset \(position)" }
    return operators.count == 1 ? nil : "( without )"
  }

  private static func skipTerm(_ expression: ByteView, _ position: inout Int) -> String? {
    let start = position
    guard expression.start[position] == UInt8(ascii: "\"") else {
      while position < expression.count, isWordByte(expression.start[position]) { position += 1 }
      return position > start ? nil : "a character that must be quoted at offset \(position)"
    }
    position += 1
    while position < expression.count, expression.start[position] != UInt8(ascii: "\"") {
      if expression.start[position] == UInt8(ascii: "\\") {
        position += 1
        guard position < expression.count,
          [UInt8(ascii: "\\"), UInt8(ascii: "\"")].contains(expression.start[position])
        else { return "\\ before another character than \\ and \" at offset \(position - 1)" }
      }
      position += 1
    }
    guard position < expression.count else { return "unclosed quote at offset \(start)" }
    position += 1
    return position - start > 2 ? nil : "empty term at offset \(start)"
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 48...58, 65...90, 97...122, 95, 45, 46, 47: true
    default: false
    }
  }
}
