/// An estimated value with its confidence interval.
public struct Estimate: Codable, Equatable, Sendable {
  /// The estimate from all the data.
  public let value: Double
  /// Its confidence interval.
  public let interval: Interval

  /// An estimate and its interval.
  public init(value: Double, interval: Interval) {
    self.value = value
    self.interval = interval
  }
}
