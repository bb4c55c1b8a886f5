import Basics
import CGSL
import Foundation
import Statistics

/// The least-squares fit of y(λ) = a + b λ^(−p) with b of any sign and p > 0, over 0 < λ < ∞, by GSL's trust-region method
/// (Levenberg and Marquardt).
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

  /// The fit to points.
  ///
  /// It starts from the best a and b for each of several exponents, and keeps the smallest sum of squares.
  ///
  /// - Parameters:
  ///   - weights: λ, finite and above 0.
  ///   - errors: The standard errors of the values, above 0; nil if they are not known.
  ///   - exponents: Where the search for p starts.
  /// - Returns: The fit, or why there is none: too few points, no convergence, or an exponent that the points do not determine.
  /// - Throws: ``Failure`` for a λ that is not finite or not above 0, a value or an error that is not finite, an error not above
  ///   0, or not as many of each.
  public static func fit(
    _ weights: [Double], _ values: [Double], errors: [Double]? = nil,
    from exponents: [Double] = [0.1, 0.25, 0.5, 1, 2, 4]
  ) throws -> Known<DecayFit> {
    guard weights.count == values.count, errors.map({ $0.count == values.count }) ?? true else {
      throw Failure("a decay fit: \(weights.count) λ, \(values.count) values, \(errors?.count ?? values.count) errors")
    }
    guard weights.allSatisfy({ $0.isFinite && $0 > 0 }) else {
      throw Failure("a decay fit: every λ must be finite and above 0")
    }
    guard values.allSatisfy(\.isFinite) else { throw Failure("a decay fit: a value is not a finite number") }
    guard errors?.allSatisfy({ $0.isFinite && $0 > 0 }) ?? true else {
      throw Failure("a decay fit: every standard error must be finite and above 0")
    }
    guard values.count > 3 else {
      return .unknown("\(values.count) points with 0 < λ < ∞ are too few for three parameters, 4 are needed")
    }
    guard let solver = DecaySolver(weights, values, errors: errors) else { return .unknown("all values are equal") }
    let fits = exponents.compactMap(solver.fit)
    guard let best = fits.min(by: { $0.chiSquared < $1.chiSquared }) else {
      return .unknown("the least-squares search did not converge, or the points do not determine the exponent")
    }
    return .known(best)
  }
}
