import Foundation
import Statistics

/// Numbers and lists as sentences have them.
enum VerdictText {
  /// Three significant digits, at least three decimals below 1: `12.3`, `0.0123`, `−0.250`; `3e-5` for what these would not show.
  static func number(_ value: Double) -> String {
    guard value.isFinite else { return value > 0 ? "∞" : "−∞" }
    let size = abs(value)
    if size == 0 { return "0" }
    if size < 0.0005 {
      return (value < 0 ? "−" : "") + String(format: "%.0e", size).replacing("e-0", with: "e-")
    }
    let decimals = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : size >= 0.1 ? 3 : 4
    return (value < 0 ? "−" : "") + String(format: "%.\(decimals)f", size)
  }

  /// `94.4 %`, `95 %`.
  static func percent(_ share: Double) -> String {
    let text = String(format: "%.1f", 100 * share)
    return (text.hasSuffix(".0") ? String(text.dropLast(2)) : text) + " %"
  }

  /// `0.120 to 0.340`.
  static func range(_ interval: Interval) -> String { "\(number(interval.low)) to \(number(interval.high))" }

  /// `0.230 (95 % interval 0.120 to 0.340)`.
  static func estimate(_ value: Double, _ interval: Interval) -> String {
    "\(number(value)) (\(percent(interval.level)) interval \(range(interval)))"
  }

  /// `at least 94.4 %` or `90.1 % to 99.0 %`.
  static func range(_ proportion: Proportion) -> String {
    proportion.successes == proportion.trials
      ? "at least \(percent(proportion.interval.low))"
      : "\(percent(proportion.interval.low)) to \(percent(proportion.interval.high))"
  }

  /// `p = 0.012` or `p < 0.001`.
  static func p(_ value: Double) -> String {
    value < 0.001 ? "p < 0.001" : "p = " + String(format: value < 0.0995 ? "%.3f" : "%.2f", value)
  }

  /// `a, b and c`.
  static func list(_ items: [String]) -> String {
    items.count < 2 ? items.joined() : items.dropLast().joined(separator: ", ") + " and " + items.last!
  }

  /// `at λ = 0.1 and 1`, `at every λ`, `at no λ`.
  static func at(_ weights: [DistillationWeight], of all: Int) -> String {
    if weights.isEmpty { return "at no λ" }
    if weights.count == all { return "at every λ" }
    return "at λ = " + list(weights.map(name))
  }

  /// λ as typed; ∞ as a sign.
  static func name(_ weight: DistillationWeight) -> String { weight.value.isFinite ? weight.text : "∞" }

  /// `2,304`.
  static func whole(_ value: Int) -> String {
    let digits = String(value)
    return digits.enumerated().reduce(into: "") { text, digit in
      if digit.offset > 0, (digits.count - digit.offset) % 3 == 0 { text += "," }
      text.append(digit.element)
    }
  }
}
