import Basics
import CLIPModel
import PromptLearning
import Tensors

/// Independent prompts in both encoders.
public struct IVLP: PromptStructure {
  /// How many prompts in how many layers of each encoder.
  public typealias Options = BranchOptions

  public static let name = "ivlp"
  public static let summary = "Independent prompts in the layers of both encoders."
  public static let paper: String? =
    "Rasheed et al., Fine-tuned CLIP Models are Efficient Video Learners, CVPR 2023; Khattak et al., PromptSRC, ICCV 2023"
  /// SGD 0.0025, batch 4, 20 epochs, random resized crop and flip: `configs/trainers/IVLP/vit_b16_c2_ep20_batch4_4+4ctx.yaml` of
  /// PromptSRC's code, which has the same numbers for PromptSRC itself from base to new classes; its few-shot runs have 50 epochs.
  /// MaPLe's code has IVLP with 2 + 2 prompts in 12 layers, SGD 0.0035 and 5 epochs.
  public static let publishedRecipe: TrainingRecipe? = .published(learningRate: 0.0025, batchSize: 4, epochs: 20)

  public let options: Options
  public init(options: Options = Options()) { self.options = options }

  private static func text(_ layer: Int) -> LearnedTensor { LearnedTensor("text.\(layer)") }
  private static func vision(_ layer: Int) -> LearnedTensor { LearnedTensor("vision.\(layer)") }

  /// Says where text prompts are more than the words.
  public func notes(_ context: PromptContext) throws -> [String] { try options.notes(context) }

  /// `text.LAYER` `[n, text width]` and `vision.LAYER` `[n, vision width]`.
  public func initialParameters(_ context: PromptContext, from stream: inout RandomStream) throws -> [LearnedTensor:
    Tensor]
  {
    let start = try options.initialPrompts(context, from: &stream)
    let named = start.text.enumerated().map { (Self.text($0.offset), $0.element) }
    return Dictionary(
      uniqueKeysWithValues: named + start.vision.enumerated().map { (Self.vision($0.offset), $0.element) })
  }

  /// Tokens in the first layers of both encoders.
  public func prompts(_ input: PromptInput) throws -> Prompts {
    let depths = try options.depths(input.context)
    return Prompts(
      texts: [
        TextPrompts(
          sequences: try options.sequences(input.context),
          layers: try (0..<depths.text).map { .tokens(try input[Self.text($0)]) })
      ],
      vision: VisionPrompts(layers: try (0..<depths.vision).map { .tokens(try input[Self.vision($0)]) }))
  }
}

extension IVLP: HasPublishedCheckpoint {
  /// PromptSRC learns the same prompts in another way.
  public static let publishedAliases = ["promptsrc"]
  public static let publishedFolder = "VLPromptLearner"
  public static let publishedModule: String? = nil
  public static let publishedNames: [LearnedTensor: String] = {
    var names = [text(0): "prompt_learner.ctx", vision(0): "image_encoder.VPT"]
    for layer in 1..<128 {
      names[text(layer)] = "text_encoder.transformer.resblocks.\(layer).VPT_shallow"
      names[vision(layer)] = "image_encoder.transformer.resblocks.\(layer).VPT_shallow"
    }
    return names
  }()

  public static func isPublishedConstant(_ name: String) -> Bool {
    ["prompt_learner.token_prefix", "prompt_learner.token_suffix"].contains(name)
      || name.hasPrefix("prompt_learner.ZS_image_encoder.") || PublishedCheckpoint.isFrozenWeight(name)
  }

  /// Lengths and depths.
  public func fitted(to checkpoint: PublishedCheckpoint) throws -> IVLP {
    var options = options
    options.textLength = try checkpoint.shape(of: Self.text(0))[0]
    options.visionLength = try checkpoint.shape(of: Self.vision(0))[0]
    options.textDepth = checkpoint.layers(with: Self.text)
    options.visionDepth = checkpoint.layers(with: Self.vision)
    return IVLP(options: options)
  }

  /// The start token, and the words that stay between the prompts and the class name.
  public func publishedConstants(_ context: PromptContext) throws -> [String: Tensor] {
    var constants = [
      "prompt_learner.token_prefix": context.embeddings(of: [context.configuration.startToken])
    ]
    let fixed = try options.fixedWords(context)
    if !fixed.isEmpty { constants["prompt_learner.token_suffix"] = context.embeddings(of: fixed) }
    return constants
  }
}
