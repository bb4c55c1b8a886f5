import Basics
import CGSL

/// A confidence interval [low, high] in the unit of what is estimated.
public struct Interval: Codable, Equatable, Sendable {
  /// The lower end.
  public let low: Double
  /// The upper end.
  public let high: Double
  /// The nominal probability that the interval covers the true value, 0.95 for a 95 % interval.
  public let level: Double

  /// The interval from `low` to `high`.
  public init(low: Double, high: Double, level: Double) {
    require(low <= high, "an interval from \(low) to \(high)")
    requireLevel(level)
    self.low = low
    self.high = high
    self.level = level
  }

  /// Whether a value lies in the interval, its ends included.
  public func contains(_ value: Double) -> Bool { low <= value && value <= high }

  /// The percentile interval of bootstrap replicates (Efron 1979): their (1 − level)/2 and (1 + level)/2 quantiles, between
  /// neighbours linearly interpolated as NumPy does.
  static func percentile(of replicates: [Double], level: Double) -> Interval {
    let sorted = replicates.sorted()
    func quantile(_ share: Double) -> Double { gsl_stats_quantile_from_sorted_data(sorted, 1, sorted.count, share) }
    let (low, high) = (quantile((1 - level) / 2), quantile((1 + level) / 2))
    // Between equal values interpolation rounds either way.
    return Interval(low: min(low, high), high: max(low, high), level: level)
  }
}

/// A level of confidence is a probability between 0 and 1, and neither.
func requireLevel(_ level: Double) {
  require(0 < level && level < 1, "a level of confidence lies between 0 and 1; this is \(level)")
}
