/// A value with its standard error.
public struct Measured: Codable, Equatable, Sendable {
  /// The value.
  public let value: Double
  /// Its standard error.
  public let error: Double

  /// A value and its standard error.
  public init(_ value: Double, error: Double) {
    self.value = value
    self.error = error
  }
}
