/// What the inputs say, in sentences; the most telling first.
struct Headline {
  private(set) var sentences: [String] = []

  init(_ report: Report, labels: SideLabels) {
    // Tablets without files are there for the balance.
    let tablets = tablets(report.tablets, labels)
    let hasFiles = report.tablets.values.contains { $0.files > 0 }
    sentences =
      series(report.series, labels) + (hasFiles ? tablets : []) + verification(report.holes) + balance(report)
      + jobs(report) + (hasFiles ? [] : tablets)
  }

  private func series(_ series: Sides<SeriesTrack>, _ labels: SideLabels) -> [String] {
    let states = zip(series.values, labels.labels(of: series)).compactMap { track, label in
      track.stretches.last.map { last in (label, track, last, Self.mean(of: track, .mean), Self.peak(of: track, .most))
      }
    }
    guard let (_, track, last, mean, most) = states.first else { return [] }
    guard states.count == 2 else {
      let (from, to) = (Int64(clamping: track.stretches[0][.tablets].last), Int64(clamping: last[.tablets].last))
      let growth =
        from == to ? NumberText.count(to, "tablet") : "\(NumberText.count(from)) tablets became \(NumberText.count(to))"
      return [
        "\(NumberText.scaled(mean)) files in a tablet on average, \(NumberText.scaled(orCount: most)) at most, over \(NumberText.duration(track.end)).",
        "\(growth.capitalizedFirst)." + Self.rewriting(last),
      ]
    }
    let means = states.map { "\(NumberText.scaled($0.3)) with \($0.0)" }.joined(separator: ", ")
    let details = states.map { label, track, last, _, most in
      "\(label): at most \(NumberText.scaled(orCount: most)) files." + Self.rewriting(last)
    }
    return ["Files in a tablet on average: \(means), over \(NumberText.duration(track.end))."] + details
      + [labels.legend(of: series)].filter { !$0.isEmpty }
  }

  private static func rewriting(_ last: SeriesTrack.Stretch) -> String {
    let (arrived, written) = (last[.arrived].last, last[.written].last)
    guard arrived > 0, written > 0 else { return "" }
    return " \(NumberText.bytes(arrived)) arrived, and compactions wrote \(NumberText.bytes(written))."
  }

  private func tablets(_ tablets: Sides<TabletMap>, _ labels: SideLabels) -> [String] {
    zip(tablets.values, labels.labels(of: tablets)).map { map, label in
      let count = NumberText.count(Int64(map.tablets), "tablet")
      let start = label.isEmpty ? "" : "\(label): "
      guard map.files > 0, map.tablets > map.unknown else { return "\(start)\(count)." }
      let mean = Double(map.files) / Double(map.tablets - map.unknown)
      return "\(start)\(count) with \(NumberText.count(Int64(map.files), "file")) and \(NumberText.bytes(map.bytes)): "
        + "\(NumberText.scaled(mean)) files each on average, \(NumberText.count(Int64(map.fullest?.files ?? 0))) at most."
    } + [labels.legend(of: tablets)].filter { !$0.isEmpty }
  }

  private func verification(_ holes: Sides<HoleMap>) -> [String] {
    holes.values.map { map in
      let missing = map.counts?.undefined ?? Int64(max(map.missingCount, map.holes.reduce(0) { $0 + Int($1.holes) }))
      let corrupt = map.counts?.corrupt ?? Int64(map.corruptCount)
      let place = map.counts.map { " among \(NumberText.count($0.entries, "entry", "entries"))" } ?? ""
      guard missing > 0 || corrupt > 0 else { return "No row is missing\(place), and no entry is corrupt." }
      return "\(NumberText.count(missing, "row is", "rows are")) missing\(place)"
        + (corrupt > 0 ? ", and \(NumberText.count(corrupt, "entry is", "entries are")) corrupt." : ".")
    }
  }

  private func balance(_ report: Report) -> [String] {
    var sentences: [String] = []
    if let moves = report.moves.values.first {
      let passes = moves.passes.keys.count { $0 > 0 }
      sentences.append(
        "\(NumberText.count(Int64(moves.count), "tablet moves", "tablets move"))"
          + (passes > 0 ? " in \(NumberText.count(Int64(passes), "pass", "passes"))." : "."))
    }
    for groups in report.groups.values {
      let uneven = groups.count { $0.deviation > 0 }
      sentences.append(
        uneven == 0
          ? "All \(NumberText.count(Int64(groups.count), "group")) are spread evenly."
          : "\(NumberText.count(Int64(uneven))) of \(NumberText.count(Int64(groups.count), "group")) are not spread evenly."
      )
    }
    return sentences
  }

  private func jobs(_ report: Report) -> [String] {
    let plans = report.plans.values.map {
      "\(NumberText.count(Int64($0.total.jobs), "job is", "jobs are")) planned, which read \(NumberText.count(Int64($0.total.files), "file")) and \(NumberText.bytes($0.total.bytes))."
    }
    let results = report.results.values.map {
      "\(NumberText.count(Int64($0.finished), "job")) finished, \($0.failed == 0 ? "none" : NumberText.count(Int64($0.failed))) failed."
    }
    let audits = report.audits.values.map {
      "The history of \(NumberText.count(Int64($0.provenTablets))) of \(NumberText.count(Int64($0.auditedTablets), "tablet")) is proven."
    }
    return plans + results + audits
  }

  /// Over time, each record with the same weight.
  private static func mean(of track: SeriesTrack, _ metric: SeriesTrack.Metric) -> Double {
    let sums = track.stretches.reduce((0.0, 0.0)) { ($0.0 + $1[metric].sum, $0.1 + $1[metric].count) }
    return sums.1 > 0 ? sums.0 / sums.1 : 0
  }

  private static func peak(of track: SeriesTrack, _ metric: SeriesTrack.Metric) -> Double {
    max(0, track.stretches.map { $0[metric].most }.max() ?? 0)
  }
}

extension String {
  var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
