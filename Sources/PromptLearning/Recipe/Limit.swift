/// What a setting can be, and the same in a person's words.
public struct Limit<Value: Comparable & Sendable>: Sendable {
  /// The values that are allowed.
  public let range: ClosedRange<Value>
  /// What completes "the setting is …".
  public let words: String

  /// - Parameter words: What completes "the setting is …".
  public init(_ range: ClosedRange<Value>, _ words: String) {
    self.range = range
    self.words = words
  }

  /// A clause about a value that is not allowed; nil for one that is.
  public func mistake(_ name: String, _ value: Value) -> String? {
    range.contains(value) ? nil : "\(name) is \(words), not \(value)"
  }
}
