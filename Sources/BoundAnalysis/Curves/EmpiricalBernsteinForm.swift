import Foundation

/// ℓ_D − ℓ_N ≤ √(2 V ln(2/δ) / N) + 7 X ln(2/δ) / (3(N − 1)) + B with V the sample variance of the training losses: the
/// empirical Bernstein inequality (Maurer and Pontil 2009, Theorem 4, scaled from [0, 1] to [0, X]).
///
/// Its constants are those for one fixed predictor; for a set of predictors the paper's Theorem 6 has larger ones. It shows
/// what a concentration term would come to that knows how little most losses vary.
public struct EmpiricalBernsteinForm: BoundForm {
  public static let name = "empirical-bernstein"
  public static let summary = "gap ≤ √(2 V ln(2/δ) / N) + 7 X* ln(2/δ) / (3(N − 1)) + B"

  /// The form; it has no options.
  public init() {}

  public func concentration(largestLoss: Double, lossVariance: Double, size: Int, delta: Double) -> Double {
    let (n, logarithm) = (Double(size), log(2 / delta))
    return (2 * lossVariance * logarithm / n).squareRoot() + 7 * largestLoss * logarithm / (3 * (n - 1))
  }

  public func bound(concentration: Double, complexity: Double) -> Double { concentration + complexity }
  public func neededComplexity(gap: Double, concentration: Double) -> Double { gap - concentration }
  public func complexity(rademacher: Double) -> Double? { rademacher }
}
