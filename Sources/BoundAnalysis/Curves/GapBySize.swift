/// How the mean gap falls with N at one λ: ln gap = intercept + slope · ln N, least squares weighted by the gaps' standard
/// errors (of ln gap: error / gap, from the error over draws and the pool's). Concentration alone would give −1/2.
public struct GapBySize: Equatable, Sendable {
  /// λ.
  public let weight: DistillationWeight
  /// The line through the sizes with ``PointEstimates/gapWithPool`` above 0 for certain; unknown for fewer than 2 of them.
  public let line: Known<Line>

  /// A line in double logarithm.
  public struct Line: Equatable, Sendable {
    /// The sizes that it goes through.
    public let sizes: [Int]
    /// The slope with its standard error.
    public let slope: Measured
    /// ln gap at N = 1.
    public let intercept: Double
  }
}
