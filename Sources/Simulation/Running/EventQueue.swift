/// Something that will happen.
struct Event {
  enum Kind: UInt8 {
    /// A tablet writes its memory to a file; the subject is the tablet.
    case flush
    /// The next replayed files arrive.
    case arrivals
    /// The subject is its place in the load.
    case bulkImport
    /// The subject is a job, and the number is its own.
    case jobEnds
    /// The loss of a job is noticed; as above.
    case lossFound
    case userCompaction
    /// A tablet's selection no longer protects its files; the subject is the tablet.
    case selectionExpires
    /// Servers, or the manager of 4.0, look at all tablets.
    case round
    /// The number of compactors is looked at; the subject is the executor.
    case scaling
    /// One of its compactors is up.
    case compactorUp
    /// One of its compactors dies.
    case compactorDies
    case sample
    case loadEnds
  }

  /// Milliseconds since the start.
  var time: Int64
  var kind: Kind
  var subject = 0
  var number = 0
}

/// What will happen, by time; at one time, in the order in which it was planned.
struct EventQueue {
  private var heap = PriorityHeap<Entry>()
  private var planned = 0

  private struct Entry: HeapElement {
    var event: Event
    var order: Int

    func precedes(_ other: Entry) -> Bool {
      event.time != other.event.time ? event.time < other.event.time : order < other.order
    }
  }

  mutating func plan(_ kind: Event.Kind, at time: Int64, _ subject: Int = 0, number: Int = 0) {
    planned += 1
    heap.push(Entry(event: Event(time: time, kind: kind, subject: subject, number: number), order: planned))
  }

  mutating func next() -> Event? { heap.pop()?.event }
}
