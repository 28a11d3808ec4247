/// Tracks for the lives of files, one below the other: a file takes the first track that is free when it is born.
struct FileTracks {
  /// By number of the file.
  private(set) var ofFile: [Int]
  private(set) var count = 0

  /// - Parameter end: until when files last that are never gone.
  init(_ history: FileHistory, end: Double) {
    ofFile = [Int](repeating: 0, count: history.files.count)
    var freeFrom: [Double] = []
    let byBirth = history.files.indices.sorted { (history.files[$0].born, $0) < (history.files[$1].born, $1) }
    for number in byBirth {
      let file = history.files[number]
      let track = freeFrom.firstIndex { $0 <= file.born } ?? freeFrom.count
      if track == freeFrom.count { freeFrom.append(0) }
      freeFrom[track] = file.gone ?? end.nextUp
      ofFile[number] = track
    }
    count = freeFrom.count
  }
}
