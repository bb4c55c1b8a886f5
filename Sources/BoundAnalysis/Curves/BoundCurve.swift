import Statistics

/// The curves over λ of one family at one size.
public struct BoundCurve: Equatable, Sendable {
  /// N.
  public let size: Int
  /// The points in ascending order of λ.
  public let points: [CurvePoint]
  /// The decay of B needed, unclipped, with the source's X*.
  public let needed: Known<LimitFit>
  /// The decay of the mean gap.
  public let gap: Known<LimitFit>
  /// How each quantity goes with λ.
  public let trends: [CurveTrend]
  /// The best λ; unknown without a bound.
  public let choice: Known<WeightChoice>

  /// How a quantity goes with λ.
  public func trend(_ quantity: CurveTrend.Quantity) -> Known<KendallTrend> {
    trends.first { $0.quantity == quantity }!.trend
  }
}
