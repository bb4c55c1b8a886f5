import Statistics

/// The mean gap less what is due to which samples were drawn, by the gap z_d of a fixed predictor (zero-shot) on the same
/// training set as a control variate: its expectation is 0 (but for the pool's error), its correlation with the gap is not.
public struct GapBeyondZeroShot: Codable, Equatable, Sendable {
  /// β = Cov(gap, z) / Var(z) over the localised draws, the slope of least squares.
  public let beta: Double
  /// mean_d (gap_d − β z_d), with the percentile interval of the bootstrap over draws, β estimated anew in each replicate.
  public let mean: Estimate
}
