/// An estimate of twice the Rademacher complexity from one training set and one antithetic pair of sign vectors: the mean of
/// the largest (2/N) Σ σ_r ℓ(Θ; z_r) over H_λ for σ and for −σ.
public struct SignedMaximum: Codable, Equatable, Sendable {
  /// λ.
  public let weight: DistillationWeight
  /// The training set.
  public let draw: TrainingDraw
  /// The value; nil where no trained predictor of the draw lies in H_λ, so that ascent has nowhere to start.
  public let value: Double?

  /// An estimate of the given parts.
  public init(weight: DistillationWeight, draw: TrainingDraw, value: Double?) {
    self.weight = weight
    self.draw = draw
    self.value = value
  }
}
