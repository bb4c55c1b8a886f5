/// What was measured on one training set: a point for every λ.
public struct DrawRecord: Codable, Equatable, Sendable {
  /// The training set.
  public let draw: TrainingDraw
  /// How many evaluations each λ was allowed.
  public let budget: Int
  /// ℓ_N of the fixed predictor (zero-shot) on the same samples.
  public let zeroShotTrainingLoss: Double
  /// The points in ascending order of λ.
  public let points: [PointRecord]

  /// A record of the given parts.
  public init(draw: TrainingDraw, budget: Int, zeroShotTrainingLoss: Double, points: [PointRecord]) {
    self.draw = draw
    self.budget = budget
    self.zeroShotTrainingLoss = zeroShotTrainingLoss
    self.points = points
  }
}
