import Basics
import CLIPModel
import PromptLearning

extension TrainingRecipe {
  /// The recipe on a backbone's card.
  ///
  /// - Throws: ``Failure`` if the card names an optimiser that does not exist, or numbers that are not allowed.
  public init(card: BackboneCard.PromptRecipe) throws {
    guard let optimizer = OptimizerName(rawValue: card.optimizer) else {
      throw Failure("the backbone's card asks for the optimizer \(card.optimizer); there are sgd and adamw")
    }
    self.init(
      optimizer: optimizer, learningRate: card.learningRate, batchSize: card.batchSize, epochs: card.epochs)
    guard mistakes.isEmpty else { throw Failure("the backbone's card: \(mistakes.joined(separator: "; "))") }
  }
}
