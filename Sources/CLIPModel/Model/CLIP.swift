import Basics
import Tensors

/// A CLIP ready to run: an image encoder and a text encoder that map into one space, and a scale (Radford et al. 2021).
public struct CLIP {
  /// The sizes.
  public let configuration: CLIPConfiguration
  /// ln of the factor that turns cosines into logits, a scalar.
  public let logitScale: Variable
  /// How many bytes of intermediate results each encoder may keep for the backward pass; nil for any number. What takes more is
  /// worked through in micro-batches, all but the last of which are computed twice. Without effect where weights are trained.
  public var activationLimit: Int?
  private let isFrozen: Bool
  private let textEncoder: TextEncoder
  private let visionEncoder: VisionEncoder

  /// A model of the given weights: constants for a frozen one, parameters for one that is trained.
  ///
  /// - Parameter name: The weight of a name in ``CLIPConfiguration/weightShapes``.
  public init(_ configuration: CLIPConfiguration, weightNamed name: (String) -> Variable) {
    self.configuration = configuration
    var isTrained = false
    func weight(_ weightName: String) -> Variable {
      let weight = name(weightName)
      isTrained = isTrained || weight.requiresGradient
      return weight
    }
    logitScale = weight("logit_scale")
    textEncoder = TextEncoder(configuration, named: weight)
    visionEncoder = VisionEncoder(configuration, named: weight)
    isFrozen = !isTrained
  }

  /// The features of images before normalisation.
  ///
  /// - Parameter images: `[images, 3, size, size]`, normalised as ``ImagePreprocessing`` does.
  /// - Returns: `[images, embed]`.
  public func imageFeatures(_ images: Tensor, prompts: VisionPrompts? = nil) -> Variable {
    visionEncoder(images, prompts: prompts, activationLimit: isFrozen ? activationLimit : nil)
  }

  /// What the image encoder holds before its last projection, `[images, vision width]`: auxiliary heads in training read it.
  public func imageHidden(_ images: Tensor) -> Variable { visionEncoder.hidden(images, prompts: nil) }

  /// The features, before normalisation, of what ``imageHidden(_:)`` returned.
  public func imageFeatures(hidden: Variable) -> Variable { visionEncoder.projected(hidden) }

  /// The features of texts before normalisation.
  ///
  /// - Returns: `[classes, embed]`; `[images · classes, embed]`, image by image, for prompts of scope `perImage`.
  /// - Throws: ``Failure`` if a sequence is longer than the context length, naming which.
  public func textFeatures(_ prompts: TextPrompts) throws -> Variable {
    try requireRoom(for: prompts)
    return textEncoder(prompts, activationLimit: isFrozen ? activationLimit : nil)
  }

  /// - Throws: ``Failure`` if a sequence is longer than the context length, naming which.
  public func requireRoom(for prompts: TextPrompts) throws {
    for (index, sequence) in prompts.sequences.enumerated() where sequence.count > configuration.contextLength {
      throw Failure(
        "text \(index + 1) of \(prompts.sequences.count) takes \(sequence.count) rows with its prompts, start and end token, "
          + "but the backbone's context length is \(configuration.contextLength); shorten the name or the prompt")
    }
  }

  /// exp(logit scale) · cosine of every image with every class, of normalised features: `[images, classes]`.
  public static func logits(images: Variable, texts: Variable, logitScale: Variable) -> Variable {
    Variable.product(images, texts, transposeB: true).scaled(by: logitScale.exponential())
  }

  /// exp(logit scale) · cosine of every image with every class.
  ///
  /// - Parameters:
  ///   - images: Normalised features `[images, embed]`.
  ///   - texts: Normalised features `[classes, embed]`, or `[images · classes, embed]` where each image has its own.
  /// - Returns: `[images, classes]`.
  public func logits(images: Variable, texts: Variable, perImage: Bool = false) -> Variable {
    guard perImage else {
      return Self.logits(images: images, texts: texts, logitScale: logitScale)
    }
    let count = images.value.rows
    let classes = texts.value.rows / count
    let repeated = images.gatheringRows((0..<count * classes).map { $0 / classes })
    let ones = Variable(Tensor(shape: [1, images.value.columns], repeating: 1))
    return (repeated * texts).linear(weight: ones).reshaped([count, classes]).scaled(by: logitScale.exponential())
  }

  // MARK: What rows attend to

  /// The attention that the rows of texts pay to prompts in each layer, in [0, 1]: the sum of their weights on the prompt rows,
  /// mean over heads, over the rows of a text behind a prompt that are none, and over texts. Above the prompted layers prompt
  /// rows are what became of them.
  ///
  /// - Returns: A number for each layer; none where nothing is learned.
  /// - Throws: ``Failure`` if a sequence is longer than the context length, naming which.
  public func attentionToPrompts(_ prompts: TextPrompts) throws -> [Double] {
    try requireRoom(for: prompts)
    return prompts.layers.isEmpty ? [] : textEncoder.attentionToPrompts(prompts)
  }

  /// The same of the rows of images: class token and patches.
  ///
  /// - Parameter images: `[images, 3, size, size]`, normalised as ``ImagePreprocessing`` does.
  public func attentionToPrompts(_ images: Tensor, _ prompts: VisionPrompts) -> [Double] {
    prompts.layers.isEmpty ? [] : visionEncoder.attentionToPrompts(images, prompts)
  }

  // MARK: What prompts may start from

  /// The rows of one sequence of tokens entering each layer of the frozen text encoder, `[rows, text width]`.
  public func textStates(_ tokens: [Int]) -> [Tensor] { textEncoder.states(tokens).map(\.value) }

  /// The class token's row entering each layer of the frozen image encoder, mean over images, `[1, vision width]`; that of
  /// layer 0 before `ln_pre`.
  public func meanClassStates(_ images: Tensor) -> [Tensor] {
    let mean = Variable(Tensor(shape: [1, images.shape[0]], repeating: 1 / Float(images.shape[0])))
    return visionEncoder.classStates(images).map { Variable.product(mean, $0).value }
  }

  /// The query, key and value rows, before the split into heads, that prompts of a layer would have.
  ///
  /// - Parameter tokens: The prompt's rows, `[n, width]`; in layer 0 of the text they stand behind the start token.
  public func attentionRows(
    of tokens: Variable, in encoder: Modality, layer: Int
  ) -> (queries: Variable, keys: Variable, values: Variable) {
    var x = tokens
    let block: TransformerBlock
    switch encoder {
    case .text:
      block = textEncoder.transformer.blocks[layer]
      if layer == 0 { x = x + textEncoder.positionalEmbeddings(ofRows: 1..<1 + tokens.value.rows) }
    case .vision:
      block = visionEncoder.transformer.blocks[layer]
      if layer == 0 { x = visionEncoder.lnPre(x) }
    }
    return block.attentionRows(of: x)
  }
}

/// What one of the two encoders encodes.
public enum Modality: String, CaseIterable, Codable, Sendable {
  /// The text transformer.
  case text
  /// The vision transformer.
  case vision
}
