import CGSL

/// Quantiles of draws.
enum Quantile {
  /// The quantile as `numpy.quantile` and GSL define it: of the sorted values v_0 … v_(n−1), at h = (n − 1) · share, v_⌊h⌋ +
  /// (h − ⌊h⌋)(v_(⌊h⌋+1) − v_⌊h⌋). Values may be infinite, none NaN.
  static func of(_ values: [Double], _ share: Double) -> Double {
    let sorted = values.sorted()
    let quantile = gsl_stats_quantile_from_sorted_data(sorted, 1, sorted.count, share)
    // 0 · ∞, where the quantile is a value beside infinite ones.
    return quantile.isNaN ? sorted[Int(Double(sorted.count - 1) * share)] : quantile
  }
}
