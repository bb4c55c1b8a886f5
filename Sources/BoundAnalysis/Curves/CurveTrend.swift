import Statistics

/// How a quantity goes with λ along a curve.
public struct CurveTrend: Equatable, Sendable {
  /// The quantities.
  public enum Quantity: String, CaseIterable, Codable, Sendable {
    /// ``BoundEstimates/neededUnclipped`` with the source's X*.
    case needed
    /// The mean gap.
    case gap
    /// The Rademacher estimate.
    case rademacher
    /// The mean of X*.
    case xStar
  }

  /// The quantity.
  public let quantity: Quantity
  /// Its trend over all λ, 0 and ∞ included; unknown for fewer than 3 λ or where all values are equal.
  public let trend: Known<KendallTrend>
  /// The value at the first λ less that at the last, with its 95 % interval over draws that are localised at both (bootstrap,
  /// the same resample at both ends), for the gap and B needed with the pool's errors of both ends as in
  /// ``PointEstimates/gapWithPool``.
  ///
  /// The permutation test alone decides nothing: all λ share the draws and the pool, so that chance bends a curve as a whole and
  /// gives it a τ near 1 or −1. Whether it falls is decided where this interval decides it too.
  public let fall: Known<Estimate>
}
