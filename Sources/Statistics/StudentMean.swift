import Basics
import CGSL

extension Estimate {
  /// The mean of independent, roughly normally distributed values, such as accuracies of runs with different seeds, with
  /// Student's t interval: mean ± t · s / √n, where s is the sample standard deviation and t the (1 + level)/2 quantile of
  /// Student's distribution with n − 1 degrees of freedom.
  ///
  /// - Throws: ``Failure`` for fewer than two values or one that is not finite.
  public static func studentMean(of values: [Double], level: Double = 0.95) throws -> Estimate {
    try CheckedNumbers.require(values, atLeast: 2, "a t interval")
    let spread = Spread(values)
    let margin =
      StudentDistribution.twoSidedQuantile(level, degreesOfFreedom: Double(values.count - 1))
      * spread.deviation / Double(values.count).squareRoot()
    return Estimate(
      value: spread.mean, interval: Interval(low: spread.mean - margin, high: spread.mean + margin, level: level))
  }
}

/// Student's t distribution and its limit, the normal distribution, by GSL.
enum StudentDistribution {
  /// The t with P(|T| ≤ t) = level; for infinitely many degrees of freedom the normal distribution's.
  static func twoSidedQuantile(_ level: Double, degreesOfFreedom: Double) -> Double {
    requireLevel(level)
    return degreesOfFreedom.isFinite
      ? gsl_cdf_tdist_Pinv((1 + level) / 2, degreesOfFreedom) : gsl_cdf_ugaussian_Pinv((1 + level) / 2)
  }
}
