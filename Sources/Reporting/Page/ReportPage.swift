extension Report {
  /// The page: one HTML file that needs nothing else.
  /// - Parameter title: above the headline; nil: the names of the inputs.
  /// - Throws: `NothingToDraw`.
  package func page(title: String?) throws(NothingToDraw) -> [UInt8] {
    let labels = SideLabels(sources)
    let figures = figures(labels)
    guard !figures.isEmpty else { throw NothingToDraw(found: found) }
    let headline = Headline(self, labels: labels)
    let title = title ?? sources.joined(separator: ", ")
    var page = Markup()
    page.append("<!DOCTYPE html>\n")
    page.element("html", ["lang": "en"]) { page in
      page.element("head") { page in
        page.void("meta", ["charset": "utf-8"])
        page.void("meta", ["name": "generator", "content": ReportMark.generator])
        page.void("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"])
        // Nothing may be fetched, whatever the input says.
        page.void(
          "meta",
          [
            "http-equiv": "Content-Security-Policy",
            "content": "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'",
          ])
        page.element("title", text: headline.sentences.first ?? title)
        page.element("style") { $0.append(Theme.css) }
      }
      page.element("body") { page in
        page.element("header") { page in
          page.element("p", ["class": "eyebrow"], text: title)
          page.element("h1", text: headline.sentences.first ?? title)
          let lede = (headline.sentences.dropFirst() + simulationFacts(labels)).joined(separator: " ")
          if !lede.isEmpty { page.element("p", ["class": "lede"], text: lede) }
        }
        page.element("main") { page in for figure in figures { Self.write(figure, to: &page) } }
        page.element(
          "footer",
          text: "Made by actool report from \(sources.joined(separator: " and ")). Sizes are in units of 1,024.")
        page.append("\n")
        page.element("script") { $0.append(PageScript.source) }
      }
    }
    page.append("\n")
    return page.bytes
  }

  private func figures(_ labels: SideLabels) -> [Figure] {
    let executors = ExecutorNames(series: series, lanes: lanes)
    let end = (series.values.map(\.end) + lanes.values.map(\.end) + histories.values.map(\.end)).max() ?? 0
    let parts: [[Figure?]] = [
      SeriesPictures(series, executors: executors, until: end, labels: labels).figures(withRunning: lanes.isEmpty),
      [JobPictures.lanes(lanes, executors: executors, until: end, labels: labels)],
      FilmPicture.figures(histories, executors: executors, until: end, labels: labels),
      TabletPictures(tablets, labels: labels).figures(),
      [HolePictures.figure(holes, labels: labels), HolePictures.counts(holes, labels: labels)],
      BalancePictures(hosting: hosting, moves: moves, groups: groups, labels: labels).figures(),
      [
        JobPictures.plan(plans, labels: labels),
        FatePictures.figure("fates", "What became of every entry", results, labels: labels),
        FatePictures.figure("audit", "What all jobs together did", audits, labels: labels),
      ],
    ]
    return parts.joined().compactMap { $0 }
  }

  private func simulationFacts(_ labels: SideLabels) -> [String] {
    guard let first = simulations.sorted(by: { $0.key < $1.key }).first?.value else { return [] }
    var facts: [String] = []
    if let version = first.accumulo { facts.append("Accumulo \(version)") }
    if let servers = first.servers { facts.append(NumberText.count(servers, "server")) }
    if let seed = first.seed { facts.append("seed \(seed)") }
    return facts.isEmpty ? [] : ["Simulated: \(facts.joined(separator: ", "))."]
  }

  private static func write(_ figure: Figure, to page: inout Markup) {
    page.element("figure", ["id": figure.id, "class": figure.isWide ? "wide" : nil]) { page in
      page.element("figcaption") { page in
        page.element("h2", text: figure.title)
        page.element("p", text: figure.caption)
      }
      page.append(figure.picture)
      figure.table.write(to: &page, caption: figure.title)
    }
    page.append("\n")
  }
}

/// How a page is told from other files.
package enum ReportMark {
  static let generator = "actool report"

  /// Whether a file that begins with these bytes is a page of ours, which a new one may replace.
  package static func isPage(_ start: some Sequence<UInt8>) -> Bool {
    let begin =
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/><meta name=\"generator\" content=\"\(generator)\"/>"
    return start.starts(with: begin.utf8)
  }

  /// As many bytes as `isPage` needs.
  package static let length = 256
}
