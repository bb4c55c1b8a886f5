import Basics
import CGSL

/// What a predictor comes to on labelled samples, one value each.
public struct SampleValues: Equatable, Sendable {
  /// ℓ, the cross entropy with the label, in nats.
  public let losses: [Double]
  /// The divergence of the teacher from the predictor, as it is trained on (τ² included).
  public let divergences: [Double]
  /// The share of samples whose label is predicted, in [0, 1].
  public let accuracy: Double

  /// The values of as many losses as divergences.
  public init(losses: [Double], divergences: [Double], accuracy: Double) {
    require(!losses.isEmpty && losses.count == divergences.count, "a loss and a divergence for every sample")
    self.losses = losses
    self.divergences = divergences
    self.accuracy = accuracy
  }

  /// The mean loss: ℓ_N on a training set, an estimate of ℓ_D on the pool.
  public var loss: Double { gsl_stats_mean(losses, 1, losses.count) }
  /// The mean divergence: R_N or an estimate of R_D.
  public var divergence: Double { gsl_stats_mean(divergences, 1, divergences.count) }
  /// The largest loss.
  public var largestLoss: Double { losses.max()! }
  /// The sample variance of the losses (divided by n − 1); 0 for a single one.
  public var lossVariance: Double { losses.count > 1 ? gsl_stats_variance(losses, 1, losses.count) : 0 }
  /// The standard error of ``loss``.
  public var lossError: Double { (lossVariance / Double(losses.count)).squareRoot() }

  /// F = ℓ_N + λ R_N; for infinite λ R_N alone.
  public func objective(_ weight: DistillationWeight) -> Double {
    weight.value.isFinite ? loss + weight.value * divergence : divergence
  }
}
