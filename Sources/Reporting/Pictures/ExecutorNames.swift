/// The executors that pictures show, in one order and so in the same colours everywhere: as many as there are colours.
struct ExecutorNames: Sendable {
  let shown: [String]
  /// Says how many are left out.
  let note: String

  private static let styles: [LineChart.Line.Style] = [.thin, .thin, .thin, .dashed, .dashed, .dashed]

  init(series: Sides<SeriesTrack>, lanes: Sides<JobLanes>) {
    var names: [String] = []
    for name in series.values.flatMap(\.executors) + lanes.values.flatMap({ $0.lanes.keys.sorted() })
    where !names.contains(name) { names.append(name) }
    shown = Array(names.prefix(Self.styles.count))
    note = names.count > shown.count ? "\(names.count - shown.count) more executors are not drawn." : ""
  }

  /// For the end of a line: without the service where the rest is enough, and cut.
  func label(of name: String) -> String {
    func last(_ name: String) -> Substring {
      name[(name.lastIndex(of: ".").map(name.index(after:)) ?? name.startIndex)...]
    }
    let isUnique = shown.count { last($0) == last(name) } == 1 && !last(name).isEmpty
    return (isUnique ? String(last(name)) : name).shortened(to: 11)
  }

  func style(of name: String) -> LineChart.Line.Style { Self.styles[shown.firstIndex(of: name) ?? 0] }

  /// 1 to 6; 7 for one that is not shown.
  func colour(of name: String) -> Int { (shown.firstIndex(of: name) ?? 6) + 1 }
}
