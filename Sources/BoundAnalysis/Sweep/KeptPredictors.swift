/// The predictors of a draw as a sweep keeps them, with what they belong to: those of another sweep in the same folder must not
/// be taken for them.
struct KeptPredictors<Predictor: Codable & Sendable>: Codable, Sendable {
  /// λ, ascending.
  let weights: [DistillationWeight]
  /// How many evaluations each was allowed.
  let budget: Int
  /// Θ*(λ) for each λ.
  let predictors: [Predictor]

  /// Whether they are those that a sweep asks for.
  func fits(_ setting: BoundSetting) -> Bool {
    weights == setting.weights && budget == setting.budget && predictors.count == weights.count
  }
}
