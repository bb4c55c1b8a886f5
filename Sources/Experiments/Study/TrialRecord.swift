import Training

/// What is kept of a learning rate that was tried: the file `trial.json` in its run's folder.
struct TrialRecord: Codable, Sendable {
  /// The rate.
  let learningRate: Double
  /// On the validation images after the last step; nil if numbers did not stay finite.
  let validation: Evaluation?
  /// Why there is no ``validation``.
  let failure: String?
  /// How many validation images there are.
  let count: Int
  /// A digest of the validation images' names in order.
  let images: String

  static let fileName = "trial.json"
}
