import Foundation
import Statistics

/// Numbers as a person reads them.
package enum NumberText {
  /// An accuracy in percent with one decimal: `71.2`.
  package static func percent(_ value: Double) -> String { String(format: "%.1f", 100 * value) }

  /// A difference in points with a sign, `+1.7` or `−0.3`; the sign is a minus, not a hyphen.
  package static func points(_ value: Double) -> String {
    let text = String(format: "%.1f", abs(100 * value))
    return text == "0.0" ? text : (value < 0 ? "−" : "+") + text
  }

  /// An interval in percent: `[68.1, 74.0]`.
  static func percent(_ interval: Interval) -> String { "[\(percent(interval.low)), \(percent(interval.high))]" }

  /// An interval of a difference: `[+1.2, +2.2]`.
  static func points(_ low: Double, _ high: Double) -> String { "[\(points(low)), \(points(high))]" }

  /// p with two significant digits; small ones as `< 0.001`.
  package static func p(_ value: Double) -> String {
    if value < 0.001 { return "< 0.001" }
    return String(format: value < 0.01 ? "%.4f" : value < 0.0995 ? "%.3f" : "%.2f", value)
  }

  /// A loss or a share with three decimals.
  static func three(_ value: Double) -> String { String(format: "%.3f", value) }

  /// Three significant digits, without an exponent: `12.3`, `1,230`.
  package static func significant(_ value: Double) -> String {
    abs(value) >= 1000
      ? whole(Int(value.rounded()))
      : String(format: abs(value) >= 100 ? "%.0f" : abs(value) >= 10 ? "%.1f" : "%.2f", value)
  }

  /// A whole number in groups of three: `7,680`.
  package static func whole(_ value: Int) -> String {
    let digits = String(value.magnitude)
    let grouped = digits.enumerated().reduce(into: "") { text, digit in
      if digit.offset > 0, (digits.count - digit.offset) % 3 == 0 { text += "," }
      text.append(digit.element)
    }
    return (value < 0 ? "−" : "") + grouped
  }

  /// A number and its noun: `1 seed`, `3 seeds`.
  static func count(_ value: Int, _ noun: String) -> String { "\(whole(value)) \(noun)\(value == 1 ? "" : "s")" }
}
