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

  func style(of name: String) -> LineChart.Line.Style { Self.styles[shown.firstIndex(of: name) ?? 0] }

  /// 1 to 6; 7 for one that is not shown.
  func colour(of name: String) -> Int { (shown.firstIndex(of: name) ?? 6) + 1 }
}
