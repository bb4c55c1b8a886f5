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
      low: successes == 0 ? 0 : Self.solution { gsl_cdf_beta_P($0, k, n - k + 1) < tail },
      high: successes == trials ? 1 : Self.solution { gsl_cdf_beta_Q($0, k + 1, n - k) > tail }, level: level)
  }

  /// Where in [0, 1] a condition ceases to hold, by bisection: `gsl_cdf_beta_Pinv` does not converge for some of 600 trials.
  private static func solution(_ isBelow: (Double) -> Bool) -> Double {
    var (low, high) = (0.0, 1.0)
    while true {
      let middle = (low + high) / 2
      // Until there is no number between them.
      guard low < middle, middle < high else { return middle }
      if isBelow(middle) { low = middle } else { high = middle }
    }
  }

  /// The share.
  public var share: Double { Double(successes) / Double(trials) }
}
