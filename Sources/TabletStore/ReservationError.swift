package import Records

/// Why a job must not start or continue.
package enum ReservationError: Error, Hashable, Sendable, CustomStringConvertible {
  case wrongExtent(job: KeyExtent, tablet: KeyExtent)
  case noInputs
  case inputTwice(String)
  case notLive(String)
  /// The set time of an input, in ms since 1970; nil: none.
  case otherTime(file: String, job: Int64?, tablet: Int64?)
  /// An input has a range or a set time, but the directory has no `tablet.json` that lists those of the other files.
  case unknownParts(String)
  case reserved(file: String, ecid: String, host: String, processId: Int32)
  /// The job drops delete markers, but these files of the tablet are not among its inputs. Entries in them that the
  /// markers hide would come back.
  case notAllFiles(missing: [String])
  case badName(field: String, name: String)
  case nameTaken(String)
  case runsAlready(ecid: String)
  case withdrawn
  case tabletGone(String)
  case noReservation(ecid: String)

  /// Whether it passes when another process ends what it does. A job that was withdrawn is not wanted any more.
  package var passes: Bool {
    switch self {
    case .reserved, .runsAlready: true
    default: false
    }
  }

  package var description: String {
    switch self {
    case .wrongExtent(let job, let tablet): "the job is for extent \(job), but the tablet is \(tablet): plan it again"
    case .noInputs: "the job has no inputs"
    case .inputTwice(let file): "\(file) is an input twice"
    case .notLive(let file): "\(file) is not, or no longer, a file of the tablet: plan it again"
    case .otherTime(let file, let job, let tablet):
      "the job has \(file) with the set time \(job.map { "\($0)" } ?? "none"), but tablet.json with "
        + "\(tablet.map { "\($0)" } ?? "none"): plan it again"
    case .unknownParts(let file):
      "\(file) has a range or a set time, but the directory has no tablet.json with those of its other files: write one, "
        + "or compact all files of the tablet (--kind user)"
    case .reserved(let file, let ecid, let host, let processId):
      "\(file) is being compacted by \(ecid) (process \(processId) on \(host))"
    case .notAllFiles(let missing):
      "the job drops delete markers but leaves out \(missing.joined(separator: ", ")), where they still hide "
        + "entries: plan it again"
    case .badName(let field, let name): "\(field) \"\(name)\" is not the plain name of an .rf (or .rf_tmp) file"
    case .nameTaken(let name): "\(name) already exists: plan the job again for another name"
    case .runsAlready(let ecid): "\(ecid) is already running"
    case .withdrawn: "the reservation was withdrawn"
    case .tabletGone(let path): "\(path) is gone"
    case .noReservation(let ecid): "no job \(ecid) is reserved here"
    }
  }
}
