import Foundation

/// a + b λ^(−p).
enum PowerLaw {
  static func value(limit: Double, scale: Double, exponent: Double, at weight: Double) -> Double {
    limit + scale * pow(weight, -exponent)
  }

  /// The exponents that a fit may find: with a smaller one than the first b λ^(−p) is a logarithm, whose limit is −∞, and with a
  /// larger one than the last it is 0 after one step.
  static let exponents = 0.01...50.0
}
