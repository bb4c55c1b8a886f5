import Basics
import CGSL

/// A share of independent trials with the interval of Clopper and Pearson (1934), which covers the true probability at least
/// as often as it says, with any number of trials.
public struct Proportion: Codable, Equatable, Sendable {
  /// In how many trials it happened.
  public let successes: Int
  /// How many trials there were.
  public let trials: Int
  /// The interval of the probability.
  public let interval: Interval

  /// k of n: the lower end is the α/2 quantile of Beta(k, n − k + 1), 0 for k = 0; the upper end the 1 − α/2 quantile of
  /// Beta(k + 1, n − k), 1 for k = n; α = 1 − level.
  public init(_ successes: Int, of trials: Int, level: Double = 0.95) {
    require(trials > 0 && (0...trials).contains(successes), "\(successes) of \(trials) trials")
    self.successes = successes
    self.trials = trials
    let (k, n) = (Double(successes), Double(trials))
    let tail = (1 - level) / 2
    interval = Interval(
      low: successes == 0 ? 0 : gsl_cdf_beta_Pinv(tail, k, n - k + 1),
      high: successes == trials ? 1 : gsl_cdf_beta_Qinv(tail, k + 1, n - k), level: level)
  }

  /// The share.
  public var share: Double { Double(successes) / Double(trials) }
}
