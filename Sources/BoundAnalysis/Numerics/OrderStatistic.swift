import CGSL
import Foundation

/// Which of n sorted values, counted from 1, has what to do with a quantile, whatever the values' distribution.
enum OrderStatistic {
  /// The least k for which the k-th smallest of n values is at least their distribution's quantile with probability `level`:
  /// P(Binomial(n, share) ≤ k − 1) ≥ level. Nil if none is, that is share^n > 1 − level (David and Nagaraja 2003, 7.1).
  static func upperLimit(ofQuantile share: Double, count: Int, level: Double = 0.95) -> Int? {
    (1...max(count, 1)).first { $0 <= count && gsl_cdf_binomial_P(UInt32($0 - 1), share, UInt32(count)) >= level }
  }

  /// How many values the limit needs at least: the least n with share^n ≤ 1 − level.
  static func leastCount(ofQuantile share: Double, level: Double = 0.95) -> Int {
    Int((log(1 - level) / log(share)).rounded(.up))
  }

  /// The least k for which a new value is at most the k-th smallest of n with probability `share`: ⌈(n + 1) share⌉ (split
  /// conformal prediction, Papadopoulos et al. 2002). Nil if that is more than n.
  static func prediction(_ share: Double, count: Int) -> Int? {
    // 20 · 0.95 is 19, not a little more.
    let rank = max(1, Int((Double(count + 1) * share - 1e-9).rounded(.up)))
    return rank <= count ? rank : nil
  }
}
