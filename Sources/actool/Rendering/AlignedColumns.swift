extension [[String]] {
  /// Rows of cells as lines, with two blanks between columns, the first columns flush left and the others flush right.
  /// Every row has the cells of the first.
  func aligned(left: Int = 1) -> String {
    let widths = (first ?? []).indices.map { column in map { $0[column].count }.max() ?? 0 }
    var text = ""
    for row in self {
      let cells = row.enumerated().map { column, cell in
        let blanks = String(repeating: " ", count: widths[column] - cell.count)
        return column < left ? cell + blanks : blanks + cell
      }
      text += cells.joined(separator: "  ") + "\n"
    }
    return text
  }
}
