/// Where a curve over λ has its minimum.
public struct CurveMinimum: Equatable, Sendable {
  /// The λ of the list with the smallest value; the first of equals.
  public let weight: DistillationWeight
  /// The value there.
  public let value: Double
  /// The minimiser of the natural cubic spline through the points, over ln λ; 0 and ∞ stand one median step of ln λ before
  /// the first and after the last finite λ > 0, so that a minimiser between the first and 0 is a λ in name only.
  public let splineWeight: Double
  /// The spline's value there.
  public let splineValue: Double
}
