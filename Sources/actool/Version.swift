/// The version of the project: the one place that has it.
enum Version {
  static let number = "0.1.0"
}
