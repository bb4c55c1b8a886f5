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
}
