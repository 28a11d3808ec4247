// Which tablets the files of a bulk import go to, as Accumulo reads it (`LoadPlan.fromJson`):
//
//     {"destinations":[{"fileName":"F1.rf","startRow":"YQ==","endRow":null,"rangeType":"TABLE"}]}
//
//     TABLE   the tablet (startRow, endRow]; null at the ends of the table
//     FILE    the rows of the file, from startRow through endRow; Accumulo looks for their tablets
//
// Always these four fields, rows in URL-safe base64. Accumulo: `org.apache.accumulo.core.data.LoadPlan`.

/// The plan of a bulk import.
package struct LoadPlan: Hashable, Sendable {
  package enum RangeType: String, Sendable {
    case table = "TABLE"
    case file = "FILE"
  }

  package struct Destination: Hashable, Sendable {
    /// Without a directory.
    package var fileName: String
    package var startRow: [UInt8]?
    package var endRow: [UInt8]?
    package var rangeType: RangeType

    package init(_ fileName: String, startRow: [UInt8]?, endRow: [UInt8]?, rangeType: RangeType) {
      self.fileName = fileName
      self.startRow = startRow
      self.endRow = endRow
      self.rangeType = rangeType
    }
  }

  package var destinations: [Destination]

  package init(destinations: [Destination] = []) { self.destinations = destinations }

  /// Appends the object, as `LoadPlan.toJson` writes it.
  package func write(to line: inout JSONLine) {
    line.object { line in
      line.array("destinations", destinations) { line, destination in
        line.object { line in
          line.field("fileName", destination.fileName)
          line.field("startRow", base64: destination.startRow)
          line.field("endRow", base64: destination.endRow)
          line.field("rangeType", destination.rangeType.rawValue)
        }
      }
    }
  }
}

extension JSONLine {
  /// In URL-safe letters, padded.
  fileprivate mutating func field(_ name: String, base64 row: [UInt8]?) {
    guard let row else { return null(name) }
    field(name, Base64.encode(row).replacing("+", with: "-").replacing("/", with: "_"))
  }
}
