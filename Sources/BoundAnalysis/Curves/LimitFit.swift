import Statistics

/// A decay fit to a curve over λ, and what the curve's limit for λ → ∞ is compatible with.
public struct LimitFit: Equatable, Sendable {
  /// The fit to the points with 0 < λ < ∞, weighted by their standard errors over draws. Its own standard errors take the
  /// points to be independent, which they are not: all λ share the draws.
  public let fit: DecayFit
  /// The 95 % interval of a: percentiles of 500 bootstrap resamples of the draws, each with its own curve and fit, moved
  /// outwards by the pool's error as in ``PointEstimates/gapWithPool``; unknown where over a tenth of the fits fail.
  public let limit: Known<Interval>
}
