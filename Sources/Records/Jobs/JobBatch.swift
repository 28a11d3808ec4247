// {"type":"batch","priority":18774,"bytes":413488,"jobs":[{"ecid":..},..]}          as in job records

/// Jobs that one task of an engine runs one after the other: the `batch` record, a line of its own. All jobs of a tablet
/// are in one batch, since a job may read what an earlier one wrote.
package struct JobBatch: Hashable, Sendable {
  package var jobs: [CompactionJob]

  package init(_ jobs: [CompactionJob]) { self.jobs = jobs }

  /// The highest of its jobs.
  var priority: Int { jobs.map(\.priority).max() ?? 0 }

  /// What the jobs read; saturates.
  var bytes: Int64 { jobs.reduce(0) { $0.addingSaturated($1.bytes) } }

  /// Appends the record and a line feed.
  package func write(to line: inout JSONLine) {
    line.record("batch") { line in
      line.field("priority", priority)
      line.field("bytes", bytes)
      line.array("jobs", jobs) { line, job in
        line.object { job.writeFields(to: &$0) }
      }
    }
  }

  package init(_ fields: RecordFields) throws(FieldError) {
    self.init(
      try fields.array("jobs") { (job) throws(FieldError) in try CompactionJob(RecordFields(job)) })
  }
}
