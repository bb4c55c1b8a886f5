import Foundation

/// ℓ_D − ℓ_N ≤ B · X √(ln(1/δ) / 2N): another way in which a bound with the source's X* and B_λ → 0 could be meant.
///
/// No derivation is known to us. B is here a factor without unit, the ratio of the gap to Hoeffding's term, which no
/// Rademacher complexity estimates; and B → 0 says more than the additive form does: that the gap itself vanishes at any N.
public struct MultiplicativeForm: BoundForm {
  public static let name = "multiplicative"
  public static let summary = "gap ≤ B · X* √(ln(1/δ) / 2N)"

  /// The form; it has no options.
  public init() {}

  public func concentration(largestLoss: Double, lossVariance: Double, size: Int, delta: Double) -> Double {
    largestLoss * (-log(delta) / (2 * Double(size))).squareRoot()
  }

  public func bound(concentration: Double, complexity: Double) -> Double { concentration * complexity }
  public func neededComplexity(gap: Double, concentration: Double) -> Double {
    // Without any loss on the sample no factor is enough.
    concentration > 0 ? gap / concentration : gap > 0 ? .infinity : 0
  }
  public func complexity(rademacher: Double) -> Double? { nil }
}
