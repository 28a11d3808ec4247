/// Which reads of a file follow one another, and what is read ahead for them. See `RangeFile`.
struct ReadStreams: Sendable {
  private struct Stream: Sendable {
    /// Where the furthest read ended.
    var next: Int64
    /// Bytes read one after another.
    var length: Int64
    /// Without holes between them.
    var pieces: [Piece] = []
    var lastUse: Int

    /// Whether a read goes on with the stream: threads overtake each other, and index blocks lie between data blocks.
    func goesOn(with range: Range<Int64>) -> Bool {
      let start = pieces.first?.range.lowerBound ?? next
      let end = max(pieces.last?.range.upperBound ?? next, next)
      return range.lowerBound >= start && range.lowerBound <= end + ReadStreams.slack
    }
  }

  private var streams: [Stream] = []
  private var uses = 0

  /// Bytes between reads of one stream.
  private static let slack: Int64 = 256 << 10
  private static let smallestPiece: Int64 = 256 << 10
  private static let largestPiece: Int64 = 2 << 20
  /// The most bytes to read ahead for a stream.
  private static let mostAhead: Int64 = 8 << 20
  private static let mostStreams = 4

  /// The pieces that hold a range together, and those among them and behind it that are yet to be loaded. Without pieces,
  /// the range is to be read by itself.
  mutating func pieces(
    for range: Range<Int64>, end: Int64, from supply: PieceSupply
  ) -> (found: [Piece], new: [Piece]) {
    uses += 1
    guard let index = streams.firstIndex(where: { $0.goesOn(with: range) }) else {
      if streams.count == Self.mostStreams,
        let oldest = streams.indices.min(by: { streams[$0].lastUse < streams[$1].lastUse })
      {
        streams.remove(at: oldest)
      }
      streams.append(Stream(next: range.upperBound, length: Int64(range.count), lastUse: uses))
      return ([], [])
    }
    let new = Self.extend(&streams[index], for: range, end: end, from: supply)
    streams[index].lastUse = uses
    let found = streams[index].pieces.filter { $0.range.overlaps(range) }
    streams[index].next = max(streams[index].next, range.upperBound)
    streams[index].length += Int64(range.count)
    let passed = streams[index].next - Self.slack
    streams[index].pieces.removeAll { $0.range.upperBound <= passed }
    guard let first = found.first, let last = found.last, first.range.lowerBound <= range.lowerBound,
      last.range.upperBound >= range.upperBound
    else { return ([], new) }
    return (found, new)
  }

  /// Adds pieces up to as far behind a range as was read before it.
  private static func extend(
    _ stream: inout Stream, for range: Range<Int64>, end: Int64, from supply: PieceSupply
  ) -> [Piece] {
    var new: [Piece] = []
    var start = stream.pieces.last?.range.upperBound ?? stream.next
    let wanted = min(end, range.upperBound + min(stream.length, mostAhead))
    while start < wanted {
      let size = min(max(smallestPiece, min(stream.length / 2, largestPiece)), end - start)
      guard let piece = supply.make(start..<start + size) else { break }
      new.append(piece)
      start += size
    }
    stream.pieces += new
    return new
  }
}
