/// Θ*(λ) on one training set as its algorithm reached it, and how settled it is there.
public struct TrainedPredictor<Predictor: Codable & Sendable>: Sendable {
  /// The predictor.
  public let predictor: Predictor
  /// The length of the objective's gradient there, relative to that of the hard-label loss at the start; nil where it is not
  /// known.
  public let gradientNorm: Double?
  /// By how much the objective fell in the last fifth of the budget, relative to the whole decrease.
  public let objectiveChange: Double
  /// How often the objective was computed.
  public let evaluations: Int

  /// What was reached.
  public init(_ predictor: Predictor, gradientNorm: Double?, objectiveChange: Double, evaluations: Int) {
    self.predictor = predictor
    self.gradientNorm = gradientNorm
    self.objectiveChange = objectiveChange
    self.evaluations = evaluations
  }
}
