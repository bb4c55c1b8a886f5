import Foundation

/// What Pinsker's inequality makes of a mean Kullback–Leibler divergence.
enum Pinsker {
  /// A bound on the mean of |p_Θ(y) − p_T(y)|, the difference of two predictors' probabilities of one label: √(R/2).
  static func probabilityDifference(_ divergence: Double) -> Double { (max(0, divergence) / 2).squareRoot() }

  /// e^X √(2ρ), theory.md's step 4.
  static func certificate(largestLoss: Double, radius: Double) -> Double {
    exp(largestLoss) * (2 * radius).squareRoot()
  }
}
