import Tensors

/// What a structure makes prompts of.
public struct PromptInput {
  /// The learned tensors by name.
  public let parameters: [String: Variable]
  /// The frozen model and the classes.
  public let context: PromptContext
  private let features: () -> Variable

  /// What a structure makes prompts of, put together by hand (the model does so for every batch).
  ///
  /// - Parameter imageFeatures: See ``imageFeatures``; called when a structure asks for them.
  public init(
    parameters: [String: Variable], context: PromptContext, imageFeatures: @escaping () -> Variable
  ) {
    self.parameters = parameters
    self.context = context
    features = imageFeatures
  }

  /// The frozen model's normalised features of the batch's images, `[images, embed]`, for prompts of scope `perImage`. They
  /// are computed where a structure asks for them.
  public var imageFeatures: Variable { features() }

  /// The learned tensor that ``PromptStructure/initialParameters(_:from:)`` gave.
  ///
  /// - Throws: ``UnknownLearnedTensor`` if it gave none of this name.
  public subscript(_ tensor: LearnedTensor) -> Variable {
    get throws {
      guard let parameter = parameters[tensor.name] else {
        throw UnknownLearnedTensor(tensor: tensor, known: parameters.keys.sorted())
      }
      return parameter
    }
  }
}
