/// Numbers as people read them, always with a unit. A number and its unit stay on one line.
package enum NumberText {
  /// `11,280`; from a million on `1.6 million`, `266 billion`.
  package static func count(_ number: Double) -> String {
    switch number.magnitude {
    case 1e12...: scaled(number / 1e12) + "\u{A0}trillion"
    case 1e9...: scaled(number / 1e9) + "\u{A0}billion"
    case 1e6...: scaled(number / 1e6) + "\u{A0}million"
    default: grouped(number)
    }
  }

  package static func count(_ number: Int64) -> String { count(Double(number)) }

  /// `1 file`, `11,280 files`
  package static func count(_ number: Int64, _ one: String, _ many: String? = nil) -> String {
    "\(count(number))\u{A0}\(number == 1 ? one : many ?? one + "s")"
  }

  /// `512 bytes`, `1.5 MiB`: units of 1,024, like Accumulo's settings.
  package static func bytes(_ size: Double) -> String {
    let (unit, name) = byteUnit(size)
    return unit == 1 ? "\(grouped(size.rounded()))\u{A0}bytes" : scaled(size / unit) + "\u{A0}" + name
  }

  package static func bytes(_ size: Int64) -> String { bytes(Double(size)) }

  /// The largest unit that a size reaches.
  static func byteUnit(_ size: Double) -> (size: Double, name: String) {
    var unit = (size: 1.0, name: "bytes")
    for name in ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"] {
      // 1,023.6 KiB would be printed as 1,024 KiB.
      guard size.magnitude >= unit.size * 1023.5 else { break }
      unit = (unit.size * 1024, name)
    }
    return unit
  }

  /// A time in ms: `0.4 s`, `12 min`, `2 h 5 min`, `3 d 4 h`.
  package static func duration(_ ms: Double) -> String {
    let seconds = ms / 1000
    if seconds < 60 { return scaled(seconds) + "\u{A0}s" }
    let minutes = (seconds / 60).rounded()
    if minutes < 60 { return "\(whole(minutes))\u{A0}min" }
    let hours = (minutes / 60).rounded(.down)
    if hours < 48 { return joined(hours, "h", minutes - hours * 60, "min") }
    let days = ((seconds / 3600).rounded() / 24).rounded(.down)
    return joined(days, "d", (seconds / 3600).rounded() - days * 24, "h")
  }

  /// A place in time, for tables and the animation: `07:20`, from the second day on `1 d 07:20`; with seconds where the
  /// whole lasts less than an hour.
  static func clock(_ ms: Double, of whole: Double) -> String {
    let seconds = Int64(clamping: ms / 1000)
    func two(_ number: Int64) -> String { (number < 10 ? "0" : "") + "\(number)" }
    let day = seconds / 86400
    let time = two(seconds / 3600 % 24) + ":" + two(seconds / 60 % 60)
    return (day > 0 ? "\(day) d " : "") + time + (whole < 3_600_000 ? ":" + two(seconds % 60) : "")
  }

  /// Three digits: `1.23`, `12.3`, `123`; no zeros at the end.
  package static func scaled(_ number: Double) -> String {
    let decimals = number.magnitude >= 99.95 ? 0 : number.magnitude >= 9.995 ? 1 : 2
    return decimal(number, decimals)
  }

  /// At most this many decimals, without zeros at the end.
  static func decimal(_ number: Double, _ decimals: Int) -> String {
    var scale = 1.0
    for _ in 0..<decimals { scale *= 10 }
    let units = (number.magnitude * scale).rounded()
    guard units < 9e15 else { return grouped(number) }
    let (whole, rest) = Int64(units).quotientAndRemainder(dividingBy: Int64(scale))
    var digits = String(rest)
    digits = String(repeating: "0", count: decimals - min(decimals, digits.count)) + digits
    while digits.last == "0" { digits.removeLast() }
    let sign = number < 0 && units > 0 ? "−" : ""
    return sign + grouped(Double(whole)) + (decimals == 0 || digits.isEmpty ? "" : "." + digits)
  }

  private static func joined(_ large: Double, _ unit: String, _ small: Double, _ smallUnit: String) -> String {
    "\(whole(large))\u{A0}\(unit)" + (small > 0 ? "\u{A0}\(whole(small))\u{A0}\(smallUnit)" : "")
  }

  private static func whole(_ number: Double) -> String { grouped(number) }

  /// Whole, with a comma before every three digits.
  private static func grouped(_ number: Double) -> String {
    let digits = Array(String(UInt64(clamping: Int64(clamping: number.magnitude.rounded()))))
    var text = number <= -0.5 ? "−" : ""
    for (place, digit) in digits.enumerated() {
      if place > 0, (digits.count - place).isMultiple(of: 3) { text.append(",") }
      text.append(digit)
    }
    return text
  }
}

extension Int64 {
  /// The nearest whole number that fits; 0 for what is no number.
  init(clamping number: Double) {
    guard number == number else {
      self = 0
      return
    }
    self = Int64(exactly: number.rounded(.towardZero)) ?? (number < 0 ? .min : .max)
  }
}
