import ArgumentParser

/// How a command prints what can be read by programs or by people.
enum OutputFormat: String, CaseIterable, ExpressibleByArgument {
  case json
  case text
}
