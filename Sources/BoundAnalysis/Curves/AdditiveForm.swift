import Foundation

/// ℓ_D − ℓ_N ≤ X √(ln(1/δ) / 2N) + B: McDiarmid's inequality for the supremum over a fixed set of predictors, our derivation.
public struct AdditiveForm: BoundForm {
  public static let name = "additive"
  public static let summary = "gap ≤ X* √(ln(1/δ) / 2N) + B"

  /// The form; it has no options.
  public init() {}

  public func concentration(largestLoss: Double, lossVariance: Double, size: Int, delta: Double) -> Double {
    largestLoss * (-log(delta) / (2 * Double(size))).squareRoot()
  }

  public func bound(concentration: Double, complexity: Double) -> Double { concentration + complexity }
  public func neededComplexity(gap: Double, concentration: Double) -> Double { gap - concentration }
  public func complexity(rademacher: Double) -> Double? { rademacher }
}
