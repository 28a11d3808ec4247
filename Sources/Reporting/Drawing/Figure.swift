/// A picture with the words around it and the numbers behind it.
struct Figure: Sendable {
  /// Unique in the page; part of the ids of its elements.
  var id: String
  var title: String
  /// One or two sentences: what is seen, in which unit, how it was counted.
  var caption: String
  var picture: Markup
  var table: DataTable
  /// Takes the whole width of the page.
  var isWide = false
}

/// The numbers of a picture, for readers who cannot see it and for those who want to copy them.
struct DataTable: Sendable {
  struct Row: Sendable {
    var cells: [String]
    /// Where the row lies along the picture, 0 to 1: what the pointer shows there.
    var place: Double?
  }

  /// The first column names the row; the others are aligned as numbers.
  var columns: [String]
  private(set) var rows: [Row] = []
  /// Rows that were left out, because a page is no archive.
  private(set) var omitted = 0

  private static let limit = 500

  init(_ columns: [String]) { self.columns = columns }

  mutating func add(_ cells: [String], at place: Double? = nil) {
    if rows.count < Self.limit { rows.append(Row(cells: cells, place: place)) } else { omitted += 1 }
  }

  func write(to page: inout Markup, caption: String) {
    page.element("details", ["class": "numbers"]) { page in
      page.element("summary", text: "The numbers: \(NumberText.count(Int64(rows.count), "row"))")
      page.element("div", ["class": "scroll", "tabindex": "0"]) { page in
        page.element("table") { page in
          page.element("caption", ["class": "unseen"], text: caption)
          page.element("thead") { page in
            page.element("tr") { page in
              for column in columns { page.element("th", ["scope": "col"], text: column) }
            }
          }
          page.element("tbody") { page in for row in rows { write(row, to: &page) } }
        }
      }
      if omitted > 0 {
        page.element("p", ["class": "note"], text: "and \(NumberText.count(Int64(omitted), "row")) more")
      }
    }
  }

  private func write(_ row: Row, to page: inout Markup) {
    page.element("tr", ["data-x": row.place.map { NumberText.decimal($0, 4) }]) { page in
      for (place, cell) in row.cells.enumerated() {
        if place == 0 { page.element("th", ["scope": "row"], text: cell) } else { page.element("td", text: cell) }
      }
    }
  }
}
