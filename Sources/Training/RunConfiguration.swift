import Basics
import CLIPModel
import Datasets
import Foundation
import Images
import Optimization
import PromptLearning

/// Everything that decides the numbers of a run.
public struct RunConfiguration: Codable, Equatable, Sendable {
  /// The task's name, as `world:shapes@sketch` or `folder:PATH` with a whole path; see ``TaskRegistry/resolved(_:)``.
  public var task: String
  /// The names of all of its classes in label order.
  public var classNames: [String]
  /// Which classes are learned.
  public var classes: ClassSelection
  /// Training images of each class; nil for ``images`` in all.
  public var shots: Int?
  /// Training images in all; nil for ``shots`` of each class. All there are if neither is given.
  public var images: Int?
  /// The seed of shots, initial prompts and batches.
  public var seed: UInt64
  /// The backbone as it was named.
  public var backbone: String
  /// The checksum of its weights.
  public var backboneChecksum: String
  /// How the model multiplies by them; nil for 32 bits.
  public var precision: Precision?
  /// The structure with all of its options.
  public var structure: String
  /// The terms of the supervision with their weights and all of their options.
  public var supervision: String
  /// A digest of the learned prompt that the run starts from; nil for the structure's own start.
  public var start: String?
  /// The rule that makes steps.
  public var optimizer: TrainingRecipe.OptimizerName
  /// The schedule's base rate.
  public var learningRate: Double
  /// Images in a step.
  public var batchSize: Int
  /// Passes over the training images.
  public var epochs: Int
  /// SGD's momentum, or AdamW's β₁.
  public var momentum: Double
  /// The factor of weight decay.
  public var weightDecay: Double
  /// Epochs of warm-up.
  public var warmupEpochs: Int
  /// The rate of the warm-up.
  public var warmupLearningRate: Double
  /// Epochs from one look at the validation images to the next; 0 for none.
  public var validateEvery: Int
  /// Gigabytes of intermediate results that each encoder keeps for the backward pass, at most (see ``CLIP/activationLimit``);
  /// nil for ``standardActivationMemory``. Decides the last bits, because gradients are summed over micro-batches.
  public var activationMemory: Double?
  /// See ``TrainingRecipe/sampledClasses``.
  public var sampledClasses: Int?
  /// How images are changed at random before a step.
  public var augmentation: Augmentation

  /// A configuration of the given settings.
  public init(
    task: String, classNames: [String], classes: ClassSelection, shots: Int?, seed: UInt64, backbone: String,
    backboneChecksum: String, structure: String, supervision: String, recipe: TrainingRecipe, validateEvery: Int,
    activationMemory: Double? = nil, start: String? = nil
  ) {
    self.task = task
    self.classNames = classNames
    self.classes = classes
    self.shots = shots
    self.seed = seed
    self.backbone = backbone
    self.backboneChecksum = backboneChecksum
    self.structure = structure
    self.supervision = supervision
    self.start = start
    optimizer = recipe.optimizer
    learningRate = recipe.learningRate
    batchSize = recipe.batchSize
    epochs = recipe.epochs
    momentum = recipe.momentum
    weightDecay = recipe.weightDecay
    warmupEpochs = recipe.warmupEpochs
    warmupLearningRate = recipe.warmupLearningRate
    sampledClasses = recipe.sampledClasses
    augmentation = recipe.augmentation
    self.validateEvery = validateEvery
    self.activationMemory = activationMemory
  }

  /// How prompts are trained.
  public var recipe: TrainingRecipe {
    var recipe = TrainingRecipe(
      optimizer: optimizer, learningRate: learningRate, batchSize: batchSize, epochs: epochs, augmentation: augmentation
    )
    (recipe.momentum, recipe.weightDecay) = (momentum, weightDecay)
    (recipe.warmupEpochs, recipe.warmupLearningRate) = (warmupEpochs, warmupLearningRate)
    recipe.sampledClasses = sampledClasses
    return recipe
  }

  /// Enough for MaPLe on a ViT-B/16 with 32 images and a hundred classes in one piece. Runs that do not name a number count on
  /// it, so it never changes.
  public static let standardActivationMemory = 4.0

  /// ``shots`` and ``images`` as one value.
  public var trainingImages: Shots {
    get { shots.map(Shots.perClass) ?? images.map(Shots.inAll) ?? .all }
    set {
      (shots, images) = (nil, nil)
      switch newValue {
      case .all: break
      case .perClass(let count): shots = count
      case .inAll(let count): images = count
      }
    }
  }

  /// ``activationMemory`` in bytes.
  var activationLimit: Int { Int((activationMemory ?? Self.standardActivationMemory) * 1e9) }

  /// Where the changes of training images come from: a substream for each epoch, and in it one for each image.
  var augmentationStream: RandomStream { RandomStream(purpose: "augmentation", task: portable.task, seed: seed) }

  /// Where the random numbers of initial prompts come from.
  var initialStream: RandomStream { RandomStream(purpose: "initial-prompts", task: portable.task, seed: seed) }

  /// The same without folders, as checkpoints hold it: of a path only the last component is kept.
  public var portable: RunConfiguration {
    var copy = self
    copy.task = TaskRegistry.portable(task)
    copy.backbone = TaskRegistry.portable(backbone)
    return copy
  }

  /// What tells each setting from others, wherever data and backbone lie: 8 digits of a hash of its value, by its name.
  public var digests: [String: String] {
    portable.settings.mapValues { String(ContentHash(of: $0).digits.prefix(8)) }
  }

  /// The settings in which two configurations differ, one line each; empty where they give the same run.
  public func differences(from other: RunConfiguration) -> [String] {
    RecordedSettings(settings).differences(there: RecordedSettings(other.settings))
  }

  private var settings: [String: String] {
    let object = (try? JSONSerialization.jsonObject(with: Data(json.utf8))) as? [String: Any] ?? [:]
    return object.mapValues { "\($0)" }
  }

  /// The configuration as JSON, the same text for the same configuration.
  public var json: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Encoding numbers, texts and enumerations cannot fail.
    return String(decoding: try! encoder.encode(self), as: UTF8.self)
  }
}
