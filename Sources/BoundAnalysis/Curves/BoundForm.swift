/// A form of the inequality: how the concentration term and B_λ bound the gap ℓ_D − ℓ_N.
///
/// The displayed inequality of Theorem 1 is not in our source, so that the form is replaceable: a conformance is one file.
public protocol BoundForm: Sendable {
  /// As in `--form additive`.
  static var name: String { get }
  /// The inequality in a line.
  static var summary: String { get }

  /// The concentration term of one draw, above 0 for X > 0.
  ///
  /// - Parameters:
  ///   - largestLoss: X, which losses are taken to lie below.
  ///   - lossVariance: The sample variance of the training losses.
  ///   - size: N.
  ///   - delta: δ.
  func concentration(largestLoss: Double, lossVariance: Double, size: Int, delta: Double) -> Double

  /// The bound on the gap.
  func bound(concentration: Double, complexity: Double) -> Double

  /// The B for which the bound equals a gap, negative where the concentration term alone is more than enough: the inverse of
  /// ``bound(concentration:complexity:)``.
  func neededComplexity(gap: Double, concentration: Double) -> Double

  /// The form's B, if it is the expected supremum of the gap over H_λ that a Rademacher estimate bounds; nil if B is another
  /// quantity, so that it can only be fitted.
  func complexity(rademacher: Double) -> Double?
}
