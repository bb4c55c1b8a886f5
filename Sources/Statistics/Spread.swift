import CGSL

/// Mean and sample standard deviation of repeated measurements, by GSL.
public struct Spread: Codable, Equatable, Sendable {
  /// The mean.
  public let mean: Double
  /// The sample standard deviation (divided by n − 1); 0 for a single value.
  public let deviation: Double

  /// The spread of at least one value.
  public init(_ values: [Double]) {
    precondition(!values.isEmpty, "no values have no mean")
    mean = gsl_stats_mean(values, 1, values.count)
    deviation = values.count > 1 ? gsl_stats_sd(values, 1, values.count) : 0
  }
}
