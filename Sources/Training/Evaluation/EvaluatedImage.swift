import Foundation

/// What a model says of one labelled image.
public struct EvaluatedImage: Equatable, Sendable {
  /// Its place in the set.
  public let index: Int
  /// The path of its file, or what it was drawn from.
  public let name: String
  public let label: Int
  /// The label of the largest probability, the first of equals.
  public let predictedLabel: Int
  /// The cross entropy with the label, in nats.
  public let loss: Double
  /// The largest probability, that of the predicted label.
  public let confidence: Double

  /// The probability of the label.
  public var probability: Double { exp(-loss) }
  public var isCorrect: Bool { predictedLabel == label }
}
