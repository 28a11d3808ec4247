// What tablets look like after jobs, from the results alone: the inputs of a job leave its tablet, and the output joins it.
//
//     tablet  F1 F2 F3        result  F1 F2 -> C4  in /out        tablet  F3 file:/out/C4.rf
//                             result  C4 F3 -> A5  in /out        tablet  file:/out/A5.rf
//
// Results may come in any order and more than once, as after retries. So those of a tablet are applied as their inputs turn
// up, until no more can be. A result is not applied again when the tablet has its output, or when a later job took the
// output (2 below), and one of a job that was not run again says nothing about a tablet that has none of its inputs (3).
// Whatever is left then belongs to another tablet or another time, and is refused.
//
//     tablet  F3 A5           1. F3 C4 -> A5      done: A5 is there, and C4 is gone
//                             2. F1 F2 -> C4      done: C4 was taken by 1
//                             3. F0 F9 -> C7, already
//                             4. F1 F9 -> C8      refused
//
// Accumulo: `CommitCompaction`, `DatafileManager.bringMajorCompactionOnline`.

package import Records

/// Results of jobs, to be applied to the tablets that they are about.
package struct AppliedResults {
  private struct Step {
    var result: CompactionResult
    var inputs: [FilePart]
    /// For errors: `results.json, line 3`.
    var place: String
  }

  private struct Identity: Hashable {
    var ecid: String
    var inputs: [FilePart]
  }

  private var steps: [KeyExtent: [Step]] = [:]
  /// The places of the steps of an extent.
  private var known: [KeyExtent: [Identity: Int]] = [:]

  package init() {}

  /// Takes a result. Failed ones change nothing.
  /// - Throws: `AppliedResultError` for one that does not say what its inputs were.
  package mutating func add(_ result: CompactionResult, at place: String) throws(AppliedResultError) {
    guard result.state == .finished else { return }
    guard let inputs = result.inputs else {
      throw AppliedResultError("\(place): expected the inputs of \(result.ecid), found none: it is of an older actool")
    }
    let (extent, identity) = (result.extent, Identity(ecid: result.ecid, inputs: inputs))
    if let place = known[extent]?[identity] {
      if result.already { steps[extent]?[place].result.already = true }
      return
    }
    known[extent, default: [:]][identity] = steps[extent]?.count ?? 0
    steps[extent, default: []].append(Step(result: result, inputs: inputs, place: place))
  }

  /// Where the results are whose tablets were not given to `apply`, the first of each tablet.
  package var unused: [(extent: KeyExtent, place: String)] {
    steps.compactMap { extent, steps in steps.first.map { (extent, $0.place) } }.sorted { $0.0 < $1.0 }
  }

  /// Applies the results that are about a tablet, and forgets them.
  /// - Parameter path: where a URI is on this machine; nil when it is not known.
  /// - Throws: `AppliedResultError` for a result whose inputs the tablet does not have.
  package mutating func apply(
    to tablet: inout Tablet, path: (_ uri: String) -> String?
  ) throws(AppliedResultError) {
    guard var open = steps.removeValue(forKey: tablet.extent), let first = open.first else { return }
    known[tablet.extent] = nil
    guard tablet.hasFiles else {
      throw AppliedResultError("\(first.place): the files of the tablet \(tablet.extent) are not known")
    }
    while let next = open.firstIndex(where: { tablet.places(of: $0.inputs) != nil }) {
      let step = open.remove(at: next)
      try tablet.replace(step.inputs, with: step.result, at: step.place, path)
    }
    var taken: Set<String> = []
    while let next = open.firstIndex(where: { tablet.isDone($0.result, $0.inputs, taken) }) {
      taken.formUnion(open.remove(at: next).inputs.map { String($0.file.lastPart) })
    }
    guard let wrong = open.first else { return tablet.files.sort { $0.part.description < $1.part.description } }
    let missing = wrong.inputs.first { tablet.places(of: [$0]) == nil }?.description ?? "an input twice"
    throw AppliedResultError(
      "\(wrong.place): \(wrong.result.ecid) took \(missing), which the tablet \(tablet.extent) does not have: give the "
        + "tablets as they were when the job was planned")
  }
}

package struct AppliedResultError: Error, CustomStringConvertible {
  package var description: String

  package init(_ description: String) { self.description = description }
}

extension Tablet {
  /// Where the files are in the list, each once; nil unless all are there.
  fileprivate func places(of inputs: [FilePart]) -> [Int]? {
    var places: [Int] = []
    for input in inputs {
      guard let place = place(of: input), !places.contains(place) else { return nil }
      places.append(place)
    }
    return places
  }

  /// A plan calls the output of an earlier job by its name alone; here it can be a URI.
  private func place(of input: FilePart) -> Int? {
    if let place = files.firstIndex(where: { $0.part == input }) { return place }
    guard !FileName.isURI(input.file) else { return nil }
    let named = files.indices.filter {
      files[$0].range == input.range && FileName.isLastPart(input.file, of: files[$0].file)
    }
    return named.count == 1 ? named[0] : nil
  }

  fileprivate func hasNone(of inputs: [FilePart]) -> Bool { inputs.allSatisfy { place(of: $0) == nil } }

  /// Whether it is as the job left it, or later.
  fileprivate func isDone(_ result: CompactionResult, _ inputs: [FilePart], _ taken: Set<String>) -> Bool {
    guard hasNone(of: inputs) else { return false }
    if result.already { return true }
    guard let output = result.output else { return false }
    return taken.contains(output)
      || files.contains { FileName.isLastPart(output, of: $0.file) && $0.size == result.fileSize }
  }

  fileprivate mutating func replace(
    _ inputs: [FilePart], with result: CompactionResult, at place: String, _ path: (String) -> String?
  ) throws(AppliedResultError) {
    let parts = (places(of: inputs) ?? []).map { files[$0].part }
    let gone = Set(parts)
    var output: FilePart?
    if let name = result.output {
      let new = try location(of: name, result, beside: parts, at: place, path)
      output = FilePart(new)
      files.append(TabletFile(file: new, size: result.fileSize, entries: result.entries))
    }
    files.removeAll { gone.contains($0.part) }
    running.removeAll { !gone.isDisjoint(with: $0.files) }
    if var candidates, !gone.isDisjoint(with: candidates) {
      candidates.removeAll { gone.contains($0) }
      if let output { candidates.append(output) }
      self.candidates = candidates
    }
    leaveSelection(gone, output)
  }

  /// A user compaction takes files of its selection alone, and any other compaction of such files ends it.
  private mutating func leaveSelection(_ gone: Set<FilePart>, _ output: FilePart?) {
    guard var selected, !gone.isDisjoint(with: selected.files) else { return }
    let isOver = gone == Set(selected.files) || !gone.isSubset(of: selected.files)
    selected.files.removeAll { gone.contains($0) }
    if let output { selected.files.append(output) }
    selected.completed += 1
    self.selected = isOver ? nil : selected
  }

  /// A plain name in the directory of the tablet, and a URI elsewhere: that of the inputs, if the output lies beside them.
  private func location(
    of name: String, _ result: CompactionResult, beside inputs: [FilePart], at place: String,
    _ path: (String) -> String?
  ) throws(AppliedResultError) -> String {
    guard let there = result.directory, there != directory, there != directory.flatMap(path) else { return name }
    for input in inputs where FileName.isURI(input.file) {
      guard let slash = input.file.lastIndex(of: "/") else { continue }
      let parent = String(input.file[..<slash])
      if path(parent) == there { return parent + "/" + name }
    }
    guard there.hasPrefix("/") || FileName.isURI(there) else {
      throw AppliedResultError(
        "\(place): directory: expected that of the tablet or an absolute one, found \"\(there)\"")
    }
    return (FileName.isURI(there) ? "" : "file:") + (there.hasSuffix("/") ? there + name : there + "/" + name)
  }
}
