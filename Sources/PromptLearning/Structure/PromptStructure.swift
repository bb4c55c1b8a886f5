import Basics
import Optimization
import Tensors

/// Which tensors are learned and where they enter the frozen model.
///
/// A structure never touches an encoder: it describes, as a value, the rows that enter. It knows neither the labels nor
/// what supervises it. Whether the image encoder is prompted, whether each image or each class has prompts of its own,
/// follows from that value.
public protocol PromptStructure: PromptPlugin {
  /// Optimiser, rate, batch, epochs and augmentation of the published code; nil where nothing is learned.
  static var publishedRecipe: TrainingRecipe? { get }

  /// The recipe for a number of training images of each class, where the published code has several; else ``publishedRecipe``.
  ///
  /// - Parameter shots: nil where the images are not so many of each class.
  static func publishedRecipe(shots: Int?) -> TrainingRecipe?

  /// The learned tensors at the start: their names, shapes and values.
  ///
  /// - Parameter stream: Where random numbers come from.
  /// - Throws: a usage ``Failure`` where options do not fit the backbone or the classes.
  func initialParameters(_ context: PromptContext, from stream: inout RandomStream) throws -> [LearnedTensor: Tensor]

  /// What enters the encoders.
  ///
  /// - Throws: ``Failure`` where the parameters do not fit the classes (class-specific prompts of other classes).
  func prompts(_ input: PromptInput) throws -> Prompts

  /// What a user should know of this structure on this backbone, one line each; empty where there is nothing.
  func notes(_ context: PromptContext) throws -> [String]
}

extension PromptStructure {
  /// The same for any number.
  public static func publishedRecipe(shots: Int?) -> TrainingRecipe? { publishedRecipe }

  /// Nothing to know.
  public func notes(_ context: PromptContext) throws -> [String] { [] }

  /// The learned tensors at the start as a set.
  public func initialParameterSet(_ context: PromptContext, from stream: inout RandomStream) throws -> ParameterSet {
    let tensors = try initialParameters(context, from: &stream)
    return ParameterSet(Dictionary(uniqueKeysWithValues: tensors.map { ($0.key.name, $0.value) }))
  }
}
