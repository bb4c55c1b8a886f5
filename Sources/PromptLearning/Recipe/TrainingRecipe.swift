import Images
import Optimization

/// How prompts are trained: optimiser, rate, batch, epochs, and how images are changed at random.
public struct TrainingRecipe: Equatable, Sendable {
  /// Which rule makes the steps.
  public enum OptimizerName: String, CaseIterable, Codable, Sendable {
    /// SGD as PyTorch's, with momentum and weight decay in the gradient.
    case sgd
    /// AdamW, with β₂ 0.999.
    case adamw

    /// 5e-4 for SGD, as the published code; none for AdamW.
    public var standardWeightDecay: Double { self == .sgd ? 5e-4 : 0 }
  }

  /// The rule.
  public var optimizer: OptimizerName
  /// The base rate of the schedule.
  public var learningRate: Double
  /// Images in a step.
  public var batchSize: Int
  /// Passes over the training images.
  public var epochs: Int
  /// SGD's momentum, or AdamW's β₁.
  public var momentum = 0.9
  /// The factor of weight decay.
  public var weightDecay: Double
  /// Epochs of warm-up, see ``LearningRateSchedule``.
  public var warmupEpochs = 1
  /// The rate of the warm-up.
  public var warmupLearningRate = 1e-5
  /// How many classes a step sees beside those of its images, see ``ClassSample``; nil for all.
  public var sampledClasses: Int?
  /// How images are changed at random before a step.
  public var augmentation: Augmentation

  /// A recipe with the published momentum, weight decay and warm-up.
  public init(
    optimizer: OptimizerName, learningRate: Double, batchSize: Int, epochs: Int, augmentation: Augmentation = .none
  ) {
    self.optimizer = optimizer
    self.learningRate = learningRate
    self.batchSize = batchSize
    self.epochs = epochs
    self.augmentation = augmentation
    weightDecay = optimizer.standardWeightDecay
  }

  /// A recipe of a published code: SGD, and a random resized crop and flip of the images unless the code has something else.
  public static func published(
    learningRate: Double, batchSize: Int, epochs: Int, augmentation: Augmentation = .cropFlip
  ) -> TrainingRecipe {
    TrainingRecipe(
      optimizer: .sgd, learningRate: learningRate, batchSize: batchSize, epochs: epochs, augmentation: augmentation)
  }

  /// The optimiser's rule with its constants.
  public var optimizerConfiguration: OptimizerConfiguration {
    switch optimizer {
    case .sgd: .sgd(momentum: Float(momentum), weightDecay: Float(weightDecay))
    case .adamw: .adamW(beta1: Float(momentum), beta2: 0.999, epsilon: 1e-8, weightDecay: Float(weightDecay))
    }
  }

  /// What a user should know where the warm-up takes all epochs; nil elsewhere.
  public var warmupNote: String? {
    guard warmupEpochs >= epochs, warmupLearningRate < learningRate else { return nil }
    let all = epochs == 1 ? "the only epoch is" : "all \(epochs) epochs are"
    return
      "\(all) warm-up, at the rate \(warmupLearningRate) instead of \(learningRate): next to nothing is learned; take more than "
      + "\(warmupEpochs) epoch\(warmupEpochs == 1 ? "" : "s"), or fewer epochs of warm-up"
  }

  /// The rate of each epoch.
  public var schedule: LearningRateSchedule {
    LearningRateSchedule(
      base: learningRate, epochs: epochs, warmupEpochs: warmupEpochs, warmupRate: warmupLearningRate)
  }
}

extension TrainingRecipe: Codable {}
