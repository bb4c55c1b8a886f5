import Statistics

/// The least-squares fit of y(λ) = a + b λ^(−p) with b of any sign and p > 0, over 0 < λ < ∞.
public struct DecayFit: Equatable, Sendable {
  /// a, the limit for λ → ∞, with its standard error.
  public let limit: Measured
  /// b, with its standard error.
  public let scale: Measured
  /// p, with its standard error.
  public let exponent: Measured
  /// Σ ((y − fit) / error of y)², or Σ (y − fit)² where no errors were given.
  public let chiSquared: Double
  /// The number of points less 3.
  public let degreesOfFreedom: Int
  /// Whether the points were weighted by 1 / error²; else the standard errors are scaled by the residuals.
  public let isWeighted: Bool

  /// The fitted y at a finite λ > 0.
  public func callAsFunction(_ weight: Double) -> Double {
    PowerLaw.value(limit: limit.value, scale: scale.value, exponent: exponent.value, at: weight)
  }
}
