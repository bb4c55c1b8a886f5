import Basics
import CLIPModel
import Optimization
import Tensors

/// A frozen CLIP with a structure's prompts in it, for one list of classes.
public struct PromptedCLIP {
  /// Images as the prompted model takes them.
  public enum Images {
    /// Normalised pixels, `[images, 3, size, size]`.
    case pixels(Tensor)
    /// Of so many images the pixels of this rank's share (see ``Ranks``), nil if that is empty.
    case share(Tensor?, of: Int)
    /// The frozen model's normalised features, `[images, embed]`: enough where the image encoder is not prompted.
    case features(Tensor)
  }

  /// The frozen model.
  public let model: CLIP
  /// Where prompts go.
  public let structure: any PromptStructure
  /// The classes.
  public private(set) var context: PromptContext
  /// Whether ``Images/features(_:)`` are enough: the image encoder is not prompted. False encodes images in every step all the
  /// same, as augmentation would have it.
  public var takesFeatures: Bool
  /// Whether each image has prompts of its own.
  public let dependsOnImage: Bool
  /// Whether the prompts belong to these classes and say nothing of others.
  public let isClassSpecific: Bool

  private let constantTexts = ConstantTexts()
  /// The labels of the classes among all of ``wholeContext``; nil where they are all.
  private var selection: (labels: [Int], of: PromptContext)?

  /// A frozen model with prompts.
  ///
  /// - Parameter parameters: Learned tensors as the model will be called with: their shapes count.
  /// - Throws: what the structure throws; a usage ``Failure`` where its prompts do not fit the backbone or the classes.
  public init(
    model: CLIP, structure: any PromptStructure, context: PromptContext, parameters: ParameterSet
  ) throws {
    self.model = model
    self.structure = structure
    self.context = context
    let prompts = try Self.prompts(structure, context, parameters.constants(), images: 1)
    takesFeatures = prompts.vision == nil
    dependsOnImage = prompts.areOfImages
    isClassSpecific = prompts.areOfClasses
    for texts in prompts.texts { try Self.requireRoom(for: texts, of: structure, in: model) }
    let mistakes = PromptValidity(model.configuration, classes: context.classNames.count, images: 1)
      .mistakes(in: prompts)
    guard mistakes.isEmpty else {
      throw Failure.usage("\(type(of: structure).name): \(mistakes.joined(separator: "; "))")
    }
  }

  /// - Throws: a usage ``Failure`` naming the option whose value is too large; ``Failure`` where the names alone take too much.
  private static func requireRoom(
    for texts: TextPrompts, of structure: any PromptStructure, in model: CLIP
  ) throws {
    let longest = texts.sequences.max { $0.count < $1.count } ?? []
    let length = longest.count { $0.isPrompt }
    let largest = length - (longest.count - model.configuration.contextLength)
    guard largest >= 1, largest < length else { return try model.requireRoom(for: texts) }
    let specification = structure.specification
    // Whatever it is called: the text's length, and not the image's.
    let options = specification.options.filter { $0.value == "\(length)" && $0.name.lowercased().contains("length") }
    let option = (options.first { !$0.name.hasPrefix("vision") } ?? options.first)?.name
    throw Failure.usage(
      "\(specification.name): " + (option.map { "\($0) is \(length)" } ?? "there are \(length) prompt rows")
        + ", but with these class names only \(largest) fit into the backbone's context length of "
        + "\(model.configuration.contextLength) rows; use at most \(largest), or shorter names")
  }

  /// The same model with some of the classes, for one step. The prompts must be shared by all classes.
  ///
  /// - Parameter labels: The classes; each is then labelled by its place in the list.
  public func restricted(to labels: [Int]) -> PromptedCLIP {
    require(!isClassSpecific, "prompts of each class cannot be restricted to some classes")
    var copy = self
    copy.selection = (labels, selection?.of ?? context)
    copy.context = context.restricted(to: labels)
    return copy
  }

  /// What the prompted model says of some images.
  ///
  /// - Parameter texts: What ``textFeatures(parameters:)`` returned for the same parameters; nil to encode the texts now.
  /// - Throws: what the structure throws.
  public func callAsFunction(
    _ images: Images, parameters: [String: Variable], texts known: Variable? = nil
  ) throws -> Prediction {
    let prompts = try Self.prompts(
      structure, PromptInput(parameters: parameters, context: context) { model.frozenFeatures(images) })
    let imageFeatures =
      switch images {
      case .features(let features): Variable(features)
      case .pixels(let pixels): model.imageFeatures(pixels, prompts: prompts.vision).rowsNormalized()
      case .share(let pixels, let count):
        model.imageFeatures(share: pixels, of: count, prompts: prompts.vision).rowsNormalized()
      }
    let texts = try known ?? textFeatures(prompts.texts, parameters)
    return Prediction(
      logits: model.logits(images: imageFeatures, texts: texts, perImage: dependsOnImage),
      imageFeatures: imageFeatures, textFeatures: texts)
  }

  /// The normalised features of the classes for any images; nil where each image has its own prompts.
  ///
  /// - Throws: what the structure throws.
  public func textFeatures(parameters: [String: Variable]) throws -> Variable? {
    guard !dependsOnImage else { return nil }
    return try textFeatures(Self.prompts(structure, context, parameters, images: 1).texts, parameters)
  }

  /// The attention that rows pay to prompts in each layer of each encoder, see ``CLIP/attentionToPrompts(_:)``; an encoder is missing
  /// where nothing enters it.
  ///
  /// - Parameter images: Normalised pixels, `[images, 3, size, size]`.
  /// - Throws: what the structure throws.
  public func attentionToPrompts(_ images: Tensor, parameters: ParameterSet) throws -> [Modality: [Double]] {
    let prompts = try structure.prompts(
      PromptInput(parameters: parameters.constants(), context: context) { model.frozenFeatures(.pixels(images)) })
    var attention: [Modality: [Double]] = [:]
    if let texts = prompts.texts.first, prompts.texts.count == 1, !texts.layers.isEmpty {
      attention[.text] = try model.attentionToPrompts(texts)
    }
    if let vision = prompts.vision, !vision.layers.isEmpty {
      attention[.vision] = model.attentionToPrompts(images, vision)
    }
    return attention
  }

  /// The prompts of a batch, as far as their shapes go: where they depend on images, of images whose features are zeros.
  ///
  /// - Throws: what the structure throws.
  public func prompts(parameters: ParameterSet, images: Int) throws -> Prompts {
    try prompts(parameters: parameters.constants(), images: images)
  }

  /// The same of variables, from which those prompts that are learned can be told.
  func prompts(parameters: [String: Variable], images: Int) throws -> Prompts {
    try Self.prompts(structure, context, parameters, images: images)
  }

  private static func prompts(
    _ structure: any PromptStructure, _ context: PromptContext, _ parameters: [String: Variable], images: Int
  ) throws -> Prompts {
    try prompts(
      structure,
      PromptInput(parameters: parameters, context: context) {
        Variable(Tensor(shape: [images, context.configuration.embedDimension], repeating: 0))
      })
  }

  private static func prompts(_ structure: any PromptStructure, _ input: PromptInput) throws -> Prompts {
    do {
      return try structure.prompts(input)
    } catch let error as UnknownLearnedTensor {
      throw Failure("\(type(of: structure).name): \(error)")
    }
  }

  private func textFeatures(_ texts: [TextPrompts], _ parameters: [String: Variable]) throws -> Variable {
    guard texts.allSatisfy(\.layers.isEmpty) else { return try model.textFeatures(averaging: texts) }
    // Of all classes, so that they are encoded once, whatever classes the steps see.
    let whole = try selection.map { try Self.prompts(structure, $0.of, parameters, images: 1).texts } ?? texts
    let features = Variable(
      try constantTexts.features(of: whole) { try model.textFeatures(averaging: whole).value })
    return selection.map { features.gatheringRows($0.labels) } ?? features
  }
}

extension CLIP {
  /// The frozen model's normalised features of images.
  package func frozenFeatures(_ images: PromptedCLIP.Images) -> Variable {
    switch images {
    case .features(let features): Variable(features)
    case .pixels(let pixels): imageFeatures(pixels).rowsNormalized()
    case .share(let pixels, let count): imageFeatures(share: pixels, of: count).rowsNormalized()
    }
  }
}
