/// What was measured of PAC-Bayes posteriors around Θ*(λ) on one training set.
public struct PosteriorRecord: Codable, Equatable, Sendable {
  /// The posterior around one Θ*(λ): normal, with that of the allowed standard deviations whose bound promised to be least.
  public struct Point: Codable, Equatable, Sendable {
    /// λ.
    public let weight: DistillationWeight
    /// The standard deviation s.
    public let deviation: Double
    /// KL(posterior ‖ prior) = ‖Θ* − prior‖² / 2s².
    public let divergence: Double
    /// The mean 0–1 error on the training set of ``PosteriorRecord/samples`` predictors.
    public let trainingError: Double
    /// The mean 0–1 error on the held-out pool of the first of them.
    public let heldOutError: Double

    /// A posterior of the given parts.
    public init(
      weight: DistillationWeight, deviation: Double, divergence: Double, trainingError: Double, heldOutError: Double
    ) {
      self.weight = weight
      self.deviation = deviation
      self.divergence = divergence
      self.trainingError = trainingError
      self.heldOutError = heldOutError
    }
  }

  /// The training set.
  public let draw: TrainingDraw
  /// δ, for which the standard deviations were chosen.
  public let delta: Double
  /// How many predictors were drawn from each posterior.
  public let samples: Int
  /// The posteriors in ascending order of λ.
  public let points: [Point]

  /// A record of the given parts.
  public init(draw: TrainingDraw, delta: Double, samples: Int, points: [Point]) {
    self.draw = draw
    self.delta = delta
    self.samples = samples
    self.points = points
  }
}
