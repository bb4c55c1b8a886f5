import Foundation

/// a + b λ^(−p).
enum PowerLaw {
  static func value(limit: Double, scale: Double, exponent: Double, at weight: Double) -> Double {
    limit + scale * pow(weight, -exponent)
  }
}
