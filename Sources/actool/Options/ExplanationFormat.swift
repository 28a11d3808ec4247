import ArgumentParser

/// How `plan --explain` answers.
enum ExplanationFormat: String, CaseIterable, ExpressibleByArgument {
  case text
  case json
}
