/// A variance that was estimated from data, and with how many degrees of freedom.
struct EstimatedVariance: Equatable, Sendable {
  let value: Double
  let degreesOfFreedom: Double

  init(_ value: Double, degreesOfFreedom: Double) {
    self.value = value
    self.degreesOfFreedom = degreesOfFreedom
  }

  /// The sum of independently estimated variances, with degrees of freedom (Σ v)² / Σ (v² / df) by Satterthwaite (1946);
  /// infinitely many where all are 0.
  init(sum parts: [EstimatedVariance]) {
    value = parts.reduce(0) { $0 + $1.value }
    let denominator = parts.reduce(0) { $0 + $1.value * $1.value / $1.degreesOfFreedom }
    degreesOfFreedom = denominator > 0 ? value * value / denominator : .infinity
  }

  func scaled(_ factor: Double) -> EstimatedVariance {
    EstimatedVariance(value * factor, degreesOfFreedom: degreesOfFreedom)
  }
}
