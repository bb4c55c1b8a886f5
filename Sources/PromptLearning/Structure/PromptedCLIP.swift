import Basics
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

  private let constantTexts = ConstantTexts()

  /// A frozen model with prompts.
  public init(model: CLIP, structure: any PromptStructure, context: PromptContext) {
    self.model = model
    self.structure = structure
    self.context = context
  }

  /// Whether ``Images/features(_:)`` are enough.
  public var takesFeatures: Bool { !structure.promptsVision }

  /// What the prompted model says of some images.
  ///
  /// - Parameter texts: What ``textFeatures(parameters:)`` returned for the same parameters; nil to encode the texts now.
  /// - Throws: what the structure throws; a usage ``Failure`` if it prompts more layers than an encoder has.
  public func callAsFunction(
    _ images: Images, parameters: [String: Variable], texts known: Variable? = nil
  ) throws -> Prediction {
    let frozen = structure.dependsOnImage ? frozenFeatures(images) : nil
    let prompts = try structure.prompts(
      PromptInput(parameters: parameters, context: context, imageFeatures: frozen))
    try requireLayers(of: prompts)
    let imageFeatures =
      switch images {
      case .features(let features): Variable(features)
      case .pixels(let pixels): model.imageFeatures(pixels, prompts: prompts.vision).rowsNormalized()
      }
    let texts = try known ?? textFeatures(prompts.texts)
    return Prediction(
      logits: model.logits(
        images: imageFeatures, texts: texts, perImage: prompts.texts.contains { $0.scope == .perImage }),
      imageFeatures: imageFeatures, textFeatures: texts)
  }

  /// The normalised features of the classes for any images; nil where each image has its own prompts.
  ///
  /// - Throws: what the structure throws; a usage ``Failure`` if it prompts more layers than an encoder has.
  public func textFeatures(parameters: [String: Variable]) throws -> Variable? {
    guard !structure.dependsOnImage else { return nil }
    let prompts = try structure.prompts(PromptInput(parameters: parameters, context: context))
    try requireLayers(of: prompts)
    return try textFeatures(prompts.texts)
  }

  /// The prompts of a batch, as far as their shapes go: where the structure depends on images, of images whose features are
  /// zeros.
  ///
  /// - Throws: what the structure throws; ``Failure`` if its prompts do not fit the backbone.
  public func prompts(parameters: [String: Variable], images: Int) throws -> Prompts {
    let features = Tensor(shape: [images, model.configuration.embedDimension], repeating: 0)
    let prompts = try structure.prompts(
      PromptInput(
        parameters: parameters, context: context, imageFeatures: structure.dependsOnImage ? Variable(features) : nil))
    try requireLayers(of: prompts)
    for texts in prompts.texts { try model.requireRoom(for: texts) }
    return prompts
  }

  private func textFeatures(_ texts: [TextPrompts]) throws -> Variable {
    guard texts.allSatisfy(\.layers.isEmpty) else { return try model.textFeatures(averaging: texts) }
    return Variable(try constantTexts.features(of: texts) { try model.textFeatures(averaging: texts).value })
  }

  /// The encoders never look at prompts of layers that they do not have.
  private func requireLayers(of prompts: Prompts) throws {
    let text = (Modality.text, prompts.texts.map(\.layers.count).max() ?? 0, model.configuration.text.layers)
    let vision = (Modality.vision, prompts.vision?.layers.count ?? 0, model.configuration.vision.layers)
    for (encoder, prompted, layers) in [text, vision] where prompted > layers {
      throw Failure.usage(
        "\(type(of: structure).name) prompts \(prompted) layers of the \(encoder.rawValue) encoder, "
          + "but the backbone has only \(layers) there; use at most \(layers)")
    }
  }

  private func frozenFeatures(_ images: Images) -> Variable {
    switch images {
    case .features(let features): Variable(features)
    case .pixels(let pixels): model.imageFeatures(pixels).rowsNormalized()
    }
  }
}
