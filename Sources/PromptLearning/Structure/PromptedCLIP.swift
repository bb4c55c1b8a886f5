import CLIP
import Tensors

/// A frozen CLIP with a structure's prompts in it, for one list of classes.
public struct PromptedCLIP {
  /// Pictures as the prompted model takes them.
  public enum Images {
    /// Normalised pixels, `[images, 3, size, size]`.
    case pixels(Tensor)
    /// The frozen model's normalised features, `[images, embed]`: enough for a structure without vision prompts.
    case features(Tensor)
  }

  /// The frozen model.
  public let model: CLIP
  /// Where prompts go.
  public let structure: any PromptStructure
  /// The classes.
  public let context: PromptContext

  /// A frozen model with prompts.
  public init(model: CLIP, structure: any PromptStructure, context: PromptContext) {
    self.model = model
    self.structure = structure
    self.context = context
  }

  /// Whether ``Images/features(_:)`` are enough.
  public var takesFeatures: Bool { !structure.promptsVision }

  /// What the prompted model says of some images.
  public func callAsFunction(_ images: Images, parameters: [String: Variable]) throws -> Prediction {
    let frozen = structure.dependsOnImage ? frozenFeatures(images) : nil
    let prompts = try structure.prompts(
      PromptInput(parameters: parameters, context: context, imageFeatures: frozen))
    let imageFeatures =
      switch images {
      case .features(let features): Variable(features)
      case .pixels(let pixels): model.imageFeatures(pixels, prompts: prompts.vision).rowsNormalized()
      }
    let texts = try model.textFeatures(averaging: prompts.texts)
    return Prediction(
      logits: model.logits(
        images: imageFeatures, texts: texts, perImage: prompts.texts.contains { $0.scope == .perImage }),
      imageFeatures: imageFeatures, textFeatures: texts)
  }

  private func frozenFeatures(_ images: Images) -> Variable {
    switch images {
    case .features(let features): Variable(features)
    case .pixels(let pixels): model.imageFeatures(pixels).rowsNormalized()
    }
  }
}
