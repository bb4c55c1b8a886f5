import Tensors

/// A method beside the prompts that classifies frozen image features: it learns from the same training images as a run, and says
/// nothing of other classes. A baseline of your own is such a value, added to the list that a ``StudyRegistry`` is made of.
public protocol Baseline: Sendable {
  /// The name on the command line and in results, as `linear-probe:start=zero-shot`.
  var name: String { get }
  /// One line on what it does.
  var summary: String { get }

  /// What is learned from some images.
  ///
  /// - Throws: what ``BaselineData/checkInterruption`` throws; ``Failure`` where nothing can be learned.
  func learned(from data: BaselineData) throws -> LearnedBaseline
}

/// What a ``Baseline`` learns from.
public struct BaselineData: Sendable {
  /// Images with their labels.
  public struct Images: Sendable {
    /// The frozen model's normalised features, `[images, embed]`.
    public let features: Tensor
    /// The label of each image.
    public let labels: [Int]

    /// Images of the given features and labels.
    public init(features: Tensor, labels: [Int]) {
      self.features = features
      self.labels = labels
    }
  }

  /// The training images.
  public let training: Images
  /// Images to choose settings with; nil where the task has none.
  public let validation: Images?
  /// The normalised features of the classes' names in the task's template, `[classes, embed]`.
  public let textFeatures: Tensor
  /// ln of the factor that turns cosines into logits.
  public let logitScale: Float
  /// To be called now and then: throws where the user wants to stop.
  public let checkInterruption: @Sendable () throws -> Void

  /// Data of the given parts.
  public init(
    training: Images, validation: Images?, textFeatures: Tensor, logitScale: Float,
    checkInterruption: @escaping @Sendable () throws -> Void = {}
  ) {
    self.training = training
    self.validation = validation
    self.textFeatures = textFeatures
    self.logitScale = logitScale
    self.checkInterruption = checkInterruption
  }

  /// How many classes there are.
  public var classCount: Int { textFeatures.rows }
}

/// What a ``Baseline`` has learned.
public struct LearnedBaseline: Sendable {
  /// How many numbers.
  public let parameters: Int
  /// Settings that it chose and what it came to, by name, for the record.
  public let details: [String: Double]
  /// The logits `[images, classes]` of normalised features `[images, embed]`.
  public let logits: @Sendable (Tensor) -> Tensor

  /// A classifier of the given parts.
  public init(parameters: Int, details: [String: Double] = [:], logits: @escaping @Sendable (Tensor) -> Tensor) {
    self.parameters = parameters
    self.details = details
    self.logits = logits
  }
}
