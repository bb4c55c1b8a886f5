import Basics
import CLIPModel
import Datasets
import Images
import Optimization
import PromptLearning

/// How a run is to be trained, as far as its user chose; the rest follows from the backbone's card or the published code.
public struct RecipeChoice: Codable, Equatable, Sendable {
  /// Where a recipe comes from.
  public enum Origin: String, CaseIterable, Codable, Sendable {
    /// The structure's published code.
    case published
    /// The backbone's card.
    case card
  }

  /// Where the rest comes from; nil for the card if there is one, else the published code.
  public var origin: Origin?
  /// See ``TrainingRecipe``, as the others.
  public var optimizer: TrainingRecipe.OptimizerName?
  /// The base rate of the schedule.
  public var learningRate: Double?
  /// Images in a step.
  public var batchSize: Int?
  /// Passes over the training images.
  public var epochs: Int?
  /// SGD's momentum, or AdamW's β₁.
  public var momentum: Double?
  /// The factor of weight decay.
  public var weightDecay: Double?
  /// Epochs of warm-up.
  public var warmupEpochs: Int?
  /// The rate of the warm-up.
  public var warmupLearningRate: Double?
  /// Classes that a step sees beside those of its images; nil for what the recipe says, all.
  public var sampledClasses: Int?
  /// How images are changed at random before a step.
  public var augmentation: Augmentation?

  /// Nothing chosen but what is given.
  public init(
    _ origin: Origin? = nil, optimizer: TrainingRecipe.OptimizerName? = nil, learningRate: Double? = nil,
    batchSize: Int? = nil, epochs: Int? = nil, augmentation: Augmentation? = nil
  ) {
    self.origin = origin
    self.optimizer = optimizer
    self.learningRate = learningRate
    self.batchSize = batchSize
    self.epochs = epochs
    self.augmentation = augmentation
  }

  /// The recipe for a structure on a backbone, and for each setting where it comes from: `card`, `published` or `option`.
  ///
  /// - Parameter shots: Training images: published codes have more epochs for more of them.
  /// - Throws: a usage ``Failure`` if the card is wanted and the backbone has none, or a setting is not what it can be.
  public func resolved(
    for structure: any PromptStructure, on backbone: Backbone, _ shots: Shots
  ) throws -> (recipe: TrainingRecipe, sources: [String: String]) {
    let shotsOfClass: Int? = if case .perClass(let count) = shots { count } else { nil }
    let published = type(of: structure).publishedRecipe(shots: shotsOfClass)
    let card = try backbone.card?.promptRecipe.map { try TrainingRecipe(card: $0) }
    if origin == .card, card == nil {
      throw Failure.usage("the backbone \(backbone.name) has no card with a recipe; use the published one")
    }
    let takesCard = card != nil && (origin != .published || published == nil)
    // A structure that nothing was published of learns nothing, or its author left the choice to the user.
    var recipe =
      (takesCard ? card : published)
      ?? .published(learningRate: 0.002, batchSize: 32, epochs: 1, augmentation: .none)
    var sources = Dictionary(
      uniqueKeysWithValues: Self.settings.map { ($0, (takesCard ? Origin.card : .published).rawValue) })
    func choose<Value>(_ name: String, _ value: Value?, _ path: WritableKeyPath<TrainingRecipe, Value>) {
      guard let value else { return }
      recipe[keyPath: path] = value
      sources[name] = "option"
    }
    // Weight decay belongs to the rule.
    if let optimizer, optimizer != recipe.optimizer { recipe.weightDecay = optimizer.standardWeightDecay }
    choose("optimizer", optimizer, \.optimizer)
    choose("learningRate", learningRate, \.learningRate)
    choose("batchSize", batchSize, \.batchSize)
    choose("epochs", epochs, \.epochs)
    choose("momentum", momentum, \.momentum)
    choose("weightDecay", weightDecay, \.weightDecay)
    choose("warmupEpochs", warmupEpochs, \.warmupEpochs)
    choose("warmupLearningRate", warmupLearningRate, \.warmupLearningRate)
    choose("sampledClasses", sampledClasses.map(Optional.some), \.sampledClasses)
    choose("augmentation", augmentation, \.augmentation)
    guard recipe.mistakes.isEmpty else { throw Failure.usage(recipe.mistakes.joined(separator: "\n")) }
    return (recipe, sources)
  }

  private static let settings = [
    "optimizer", "learningRate", "batchSize", "epochs", "momentum", "weightDecay", "warmupEpochs", "warmupLearningRate",
    "augmentation",
  ]
}
