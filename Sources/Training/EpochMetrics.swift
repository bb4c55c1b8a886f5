/// What happened in one epoch: a line of `metrics.jsonl`.
public struct EpochMetrics: Codable, Equatable, Sendable {
  /// Counted from 0.
  public let epoch: Int
  /// Steps made when it was over.
  public let step: Int
  /// Its learning rate.
  public let learningRate: Double
  /// The mean loss of its steps.
  public let loss: Double
  /// The mean of each term of the supervision, before its weight.
  public let terms: [String: Double]
  /// The share of its images, in [0, 1], that were classified correctly before their step.
  public let accuracy: Double
  /// Accuracy on validation images after it, where they were looked at.
  public let validationAccuracy: Double?
}
