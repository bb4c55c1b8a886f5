import Basics
import Tensors

/// Which tensors are learned and where they enter the frozen model.
///
/// A structure never touches an encoder: it describes, as a value, the rows that enter. It knows neither the labels nor
/// what supervises it.
public protocol PromptStructure: PromptPlugin {
  /// Optimiser, rate, batch and epochs of the published code; nil where nothing is learned.
  static var publishedRecipe: TrainingRecipe? { get }

  /// Whether the image encoder sees prompts. Where it does not, image features are computed once.
  var promptsVision: Bool { get }
  /// Whether the prompts depend on the image (see ``PromptInput/imageFeatures``).
  var dependsOnImage: Bool { get }
  /// Whether the parameters belong to the classes that they were learned for and say nothing of others.
  var isClassSpecific: Bool { get }

  /// The learned tensors at the start, by name.
  ///
  /// - Parameter stream: Where random numbers come from.
  /// - Throws: a usage ``Failure`` where options do not fit the backbone or the classes.
  func initialParameters(_ context: PromptContext, from stream: inout RandomStream) throws -> [String: Tensor]

  /// What a user should know of this structure on this backbone, one line each; empty where there is nothing.
  func notes(_ context: PromptContext) throws -> [String]

  /// A structure that computes, from the same seed, what this one is compared with before the first step; nil for none.
  var initialReference: (any PromptStructure)? { get }

  /// What enters the encoders.
  ///
  /// - Throws: ``Failure`` where the parameters do not fit the classes (class-specific prompts of other classes).
  func prompts(_ input: PromptInput) throws -> Prompts
}

extension PromptStructure {
  /// The image encoder sees no prompts.
  public var promptsVision: Bool { false }
  /// Prompts are the same for all images.
  public var dependsOnImage: Bool { false }
  /// Nothing to say.
  public func notes(_ context: PromptContext) throws -> [String] { [] }
  /// Nothing to compare with.
  public var initialReference: (any PromptStructure)? { nil }
  /// Prompts can be used for classes that they were not learned for.
  public var isClassSpecific: Bool { false }
}

/// What a structure makes prompts of.
public struct PromptInput {
  /// The learned tensors by name.
  public let parameters: [String: Variable]
  /// The frozen model and the classes.
  public let context: PromptContext
  /// The frozen model's normalised features of the batch's images, `[images, embed]`; only for a structure that depends on
  /// the image.
  public let imageFeatures: Variable?

  /// What a structure makes prompts of, put together by hand (the model does so for every batch).
  public init(parameters: [String: Variable], context: PromptContext, imageFeatures: Variable? = nil) {
    self.parameters = parameters
    self.context = context
    self.imageFeatures = imageFeatures
  }

  /// The learned tensor of a name, which ``PromptStructure/initialParameters(_:from:)`` gave.
  public subscript(_ name: String) -> Variable {
    guard let parameter = parameters[name] else { fatalError("the structure has no parameter \(name)") }
    return parameter
  }
}
