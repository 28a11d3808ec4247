// What came to a table between two dumps of its metadata: files that the new one has and the old one has not, by the
// letters of their names (see `FileName`).
//
//     old   F0000001.rf  F0000002.rf
//     new   C0000004.rf  F0000003.rf  I0000005.rf      F..3 was flushed and I..5 imported; C..4 is a compaction's
//
// A file that came and was compacted away between the dumps leaves no trace, so dumps should be taken as often as
// tablets flush. When a file came is not known either: the numbers in the names grow with time, so the files are spread over
// the time between the dumps in that order.

package import Records

package struct MetadataDifference {
  /// In the order of time: the files of the old dump, then those that came.
  package private(set) var arrivals: [Arrival] = []
  /// Files of the new dump that compactions wrote between the two: what they took in may have come in between, too.
  package private(set) var compacted = 0

  /// - Parameters:
  ///   - apart: milliseconds between the dumps.
  package init(from old: [Tablet], to new: [Tablet], apart: Int64) {
    var known: Set<String> = []
    for tablet in old {
      for file in tablet.files {
        known.insert(file.file)
        arrivals.append(Self.arrival(of: file, at: tablet, time: 0, .start))
      }
    }
    var came: [(digits: Substring, arrival: Arrival)] = []
    for tablet in new {
      for file in tablet.files where !known.contains(file.file) {
        let name = file.file.lastPart
        switch name.first {
        case FileName.Origin.compaction.rawValue, FileName.Origin.fullCompaction.rawValue: compacted += 1
        case let letter:
          let kind: Arrival.Kind = letter == FileName.Origin.bulkImport.rawValue ? .bulk : .flush
          came.append((name.dropFirst(), Self.arrival(of: file, at: tablet, time: 0, kind)))
        }
      }
    }
    // The sort keeps tablets in their order: one file may have come to several.
    came = came.enumerated().sorted { ($0.element.digits, $0.offset) < ($1.element.digits, $1.offset) }.map(\.element)
    for (place, file) in came.enumerated() {
      var arrival = file.arrival
      arrival.time = Int64(Double(apart) * Double(place + 1) / Double(came.count + 1))
      arrivals.append(arrival)
    }
  }

  private static func arrival(of file: TabletFile, at tablet: Tablet, time: Int64, _ kind: Arrival.Kind) -> Arrival {
    Arrival(
      time: time, extent: tablet.extent, file: file.file, size: file.size, entries: file.entries, kind: kind)
  }
}
