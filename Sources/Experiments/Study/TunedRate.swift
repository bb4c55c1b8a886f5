/// A learning rate that was chosen on validation images, and among which.
public struct TunedRate: Codable, Equatable, Sendable {
  /// A learning rate that was tried.
  public struct Trial: Codable, Equatable, Sendable {
    /// The rate.
    public let learningRate: Double
    /// The share of the validation images, in [0, 1], that were classified correctly; nil if numbers did not stay finite.
    public let accuracy: Double?

    /// A trial of the given parts.
    public init(learningRate: Double, accuracy: Double?) {
      self.learningRate = learningRate
      self.accuracy = accuracy
    }
  }

  /// The rate that was chosen.
  public let learningRate: Double
  /// The recipe's own rate, around which was searched.
  public let recipe: Double
  /// All rates that were tried, in ascending order.
  public let trials: [Trial]
  /// The seed that all of them were trained with.
  public let seed: UInt64
  /// How many validation images judged them.
  public let validationImages: Int
  /// A digest of the validation images' names in order.
  public let images: String

  /// A choice of the given parts.
  public init(
    learningRate: Double, recipe: Double, trials: [Trial], seed: UInt64, validationImages: Int, images: String
  ) {
    self.learningRate = learningRate
    self.recipe = recipe
    self.trials = trials
    self.seed = seed
    self.validationImages = validationImages
    self.images = images
  }
}
