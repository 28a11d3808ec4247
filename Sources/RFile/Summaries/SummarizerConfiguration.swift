import BlockFile

/// Which class counts what for a table. Accumulo: `SummarizerConfiguration`.
///
///     class (writeUTF) | id (writeUTF) | VInt-W number of options | names and values (writeUTF)
package struct SummarizerConfiguration: Hashable, Sendable {
  package var className: String
  /// The word behind `table.summarizer.`
  package var id: String
  package var options: [String: String]

  package init(className: String, id: String, options: [String: String] = [:]) {
    self.className = className
    self.id = id
    self.options = options
  }

  init(from reader: inout ByteReader) throws(DecodeError) {
    className = try reader.javaUTF("class of a summarizer")
    id = try reader.javaUTF("id of a summarizer")
    options = [:]
    let count = try reader.writableCount("options of a summarizer", ofSize: 4)
    try reader.reserve(count, ofSize: 256, "options of a summarizer")
    for _ in 0..<count {
      let name = try reader.javaUTF("option of a summarizer")
      options[name] = try reader.javaUTF("value of a summarizer's option")
    }
  }

  func encode(into bytes: inout [UInt8]) {
    bytes.appendJavaUTF(className)
    bytes.appendJavaUTF(id)
    bytes.appendWritableVLong(Int64(options.count))
    // Accumulo's order differs from run to run.
    for (name, value) in options.sorted(by: { $0.key < $1.key }) {
      bytes.appendJavaUTF(name)
      bytes.appendJavaUTF(value)
    }
  }
}
