/// A mean over tasks, seeds and test images with its interval over seeds and images; what ``CrossedBootstrap`` finds.
public struct CrossedEstimate: Codable, Equatable, Sendable {
  /// The estimate: the mean over tasks of the mean over seeds.
  public let value: Double
  /// The interval to report: the percentile interval, widened for few seeds.
  public let interval: Interval
  /// The interval between the quantiles of the bootstrap replicates, as they are.
  public let percentile: Interval
  /// The part of the estimate's variance that is from seeds (and their interaction with images) and falls as 1/seeds; nil
  /// where each task has one seed, and the interval is for the trained runs as they are.
  public let seedVariance: Double?
  /// The part of the estimate's variance that is from the choice of test images and stays with any number of seeds.
  public let imageVariance: Double
  /// The smallest number of seeds of a task.
  public let seeds: Int
  /// The degrees of freedom that `seedVariance` is estimated with; nil where that is nil or 0.
  public let seedDegreesOfFreedom: Double?
  /// The degrees of freedom of `standardError` by Satterthwaite's formula; nil where both variances are 0.
  public let degreesOfFreedom: Double?

  /// The standard error √(seedVariance + imageVariance).
  public var standardError: Double { ((seedVariance ?? 0) + imageVariance).squareRoot() }

  /// The value and the interval to report.
  public var estimate: Estimate { Estimate(value: value, interval: interval) }
}
