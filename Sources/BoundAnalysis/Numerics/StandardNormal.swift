import CGSL

/// The normal distribution.
enum StandardNormal {
  /// The z with P(|Z| ≤ z) = level.
  static func twoSidedQuantile(_ level: Double) -> Double { gsl_cdf_ugaussian_Pinv((1 + level) / 2) }
}
