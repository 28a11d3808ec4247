import Records

/// The files of a tablet as the planner needs them, checked: Accumulo would accept every name, no file (a path
/// and a range of rows) is listed twice, and every one among candidates and running jobs is a file of the
/// tablet.
struct TabletInventory {
  let candidates: [PlannedFile]
  /// In the order of the record.
  let running: [(kind: CompactionKind, files: [PlannedFile])]
  let order: FileOrder
  /// How many files the tablet has.
  let fileCount: Int
  private let files: [TabletFile]

  /// Of files that were checked before, in `PlannedFile`s that were made with a number.
  init(
    fileCount: Int, candidates: [PlannedFile], running: [(kind: CompactionKind, files: [PlannedFile])],
    directory: String
  ) {
    (self.fileCount, self.candidates, self.running) = (fileCount, candidates, running)
    (order, files) = (FileOrder(directory: directory), [])
  }

  /// - Parameters:
  ///   - chosen: the files that may be compacted; nil: all that no running job has.
  ///   - list: where they are listed, for messages.
  init(_ tablet: Tablet, chosen: [FilePart]?, list: String = "candidates") throws(PlanningError) {
    guard tablet.hasFiles else { throw PlanningError("files: expected an array, found nothing") }
    (files, fileCount) = (tablet.files, tablet.files.count)
    order = FileOrder(directory: tablet.directory ?? "", files: tablet.files)
    var places: [FilePart: Int] = [:]
    places.reserveCapacity(tablet.files.count)
    var all: [PlannedFile] = []
    all.reserveCapacity(tablet.files.count)
    for (place, file) in tablet.files.enumerated() {
      try Self.check(file)
      guard places.updateValue(place, forKey: file.part) == nil else {
        throw PlanningError("\(file.part) is listed twice")
      }
      all.append(PlannedFile(identity: .real(place), size: file.size, file: file.file))
    }
    _ = try PlannedFile.sum(all)

    func find(_ names: [FilePart], _ list: String) throws(PlanningError) -> [PlannedFile] {
      var found: [PlannedFile] = []
      for name in Set(names).count == names.count ? names : [] {
        guard let place = places[name] else { throw PlanningError("\(list): \(name) is not a file of the tablet") }
        found.append(all[place])
      }
      guard found.count == names.count else { throw PlanningError("\(list): a file is listed twice") }
      return found
    }
    var running: [(kind: CompactionKind, files: [PlannedFile])] = []
    for job in tablet.running { running.append((job.kind, try find(job.files, "running"))) }
    self.running = running
    if let chosen {
      candidates = try find(chosen, list)
    } else if tablet.running.isEmpty {
      candidates = all
    } else {
      let taken = Set(tablet.running.flatMap(\.files))
      candidates = zip(files, all).filter { !taken.contains($0.0.part) }.map(\.1)
    }
  }

  /// The files of a job, in the order of the tablet.
  func files(_ planned: [PlannedFile]) -> [TabletFile] {
    planned.map { file in
      guard case .real(let place) = file.identity else { preconditionFailure("a predicted file is in a job") }
      return place
    }.sorted().map { files[$0] }
  }

  /// The name of a file in lists.
  func part(_ planned: PlannedFile) -> FilePart {
    guard case .real(let place) = planned.identity else { preconditionFailure("a predicted file is in no list") }
    return files[place].part
  }

  /// The candidates that are not in a job.
  func candidates(without taken: [PlannedFile]) -> [FilePart] {
    let taken = Set(taken.map(\.identity))
    return candidates.compactMap { file in
      guard case .real(let place) = file.identity, !taken.contains(file.identity) else { return nil }
      return files[place].part
    }
  }

  private static func check(_ file: TabletFile) throws(PlanningError) {
    guard file.size >= 0 else {
      throw PlanningError("\(file.file): expected a size of at least 0 bytes, found \(file.size)")
    }
    if TabletFilePath.isName(file.file) { return }
    guard file.file.utf8.contains(UInt8(ascii: "/")) else {
      throw PlanningError(
        "expected a file name of letters, digits, '.', '_' and '-', found \"\(file.file.prefix(200))\"")
    }
    // What detached jobs made lies wherever they put it.
    if FileName.isDataFileURI(file.file) { return }
    do throws(TabletFilePathError) { try TabletFilePath.check(file.file) } catch { throw PlanningError("\(error)") }
  }
}
