import Basics
import CLIP
import Optimization

/// Optimiser, learning rate, batch size and epochs, under a name.
public struct TrainingRecipe: Equatable, Sendable {
  /// Which rule makes the steps.
  public enum OptimizerName: String, CaseIterable, Codable, Sendable {
    /// SGD with momentum 0.9 and weight decay 5e-4, as the published code.
    case sgd
    /// AdamW without weight decay.
    case adamw

    /// The rule with its constants.
    public var configuration: OptimizerConfiguration {
      switch self {
      case .sgd: .publishedSGD
      case .adamw: .promptAdamW
      }
    }
  }

  /// `published`, or `card` for the one on the backbone's card.
  public var name: String
  /// The rule.
  public var optimizer: OptimizerName
  /// The base rate of the schedule.
  public var learningRate: Double
  /// Images in a step.
  public var batchSize: Int
  /// Passes over the training images.
  public var epochs: Int

  /// A recipe of a published code: SGD.
  public static func published(learningRate: Double, batchSize: Int, epochs: Int) -> TrainingRecipe {
    TrainingRecipe(
      name: "published", optimizer: .sgd, learningRate: learningRate, batchSize: batchSize, epochs: epochs)
  }

  /// The recipe on a backbone's card.
  ///
  /// - Throws: ``Failure`` if the card names an optimiser that does not exist, or numbers that are not allowed.
  public init(card: BackboneCard.PromptRecipe) throws {
    guard let optimizer = OptimizerName(rawValue: card.optimizer) else {
      throw Failure("the backbone's card asks for the optimizer \(card.optimizer); there are sgd and adamw")
    }
    let mistakes = RunConfiguration.mistakes(
      learningRate: card.learningRate, batchSize: card.batchSize, epochs: card.epochs)
    guard mistakes.isEmpty else { throw Failure("the backbone's card: \(mistakes.joined(separator: "; "))") }
    self.init(
      name: "card", optimizer: optimizer, learningRate: card.learningRate, batchSize: card.batchSize,
      epochs: card.epochs)
  }

  /// A recipe of the given settings.
  public init(name: String, optimizer: OptimizerName, learningRate: Double, batchSize: Int, epochs: Int) {
    self.name = name
    self.optimizer = optimizer
    self.learningRate = learningRate
    self.batchSize = batchSize
    self.epochs = epochs
  }
}
