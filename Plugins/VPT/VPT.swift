import Basics
import CLIPModel
import PromptLearning
import Tensors

/// Prompts in the image encoder alone; the text is the task's template.
public struct VPT: PromptStructure {
  /// How many prompts in how many layers.
  public struct Options: PluginOptions {
    /// What vision prompts start from: there are no words for them.
    public enum Initialization: String, CaseIterable, Sendable {
      /// Normally distributed, with standard deviation 0.02.
      case random
      /// The class token's mean state entering each layer, with a little noise.
      case warm
    }

    /// Prompts in a layer.
    public var contextLength = 8
    /// Layers with prompts of their own; nil for 12, or one less than the model has. 1 is the published shallow variant.
    public var depth: Int?
    /// What they start from.
    public var initialization = Initialization.random

    public init() {}
    public static var all: [PluginOption<Options>] {
      [
        .integer("contextLength", \.contextLength, in: 1...256, "prompts in a layer"),
        .integerOrAuto(
          "depth", \.depth, in: 1...128, PromptContext.depthSummary("layers with prompts of their own", standard: 12)),
        .choice("initialization", \.initialization, "what the prompts start from"),
      ]
    }
  }

  public static let name = "vpt"
  public static let summary = "Prompts in the image encoder, in one layer or in many."
  public static let paper: String? = "Jia et al., Visual Prompt Tuning, ECCV 2022"
  /// SGD 0.0025, batch 4, 5 epochs, random resized crop and flip: `configs/trainers/VPT/vit_b16_c2_ep5_batch4_4.yaml` of MaPLe's
  /// code.
  public static let publishedRecipe: TrainingRecipe? = .published(learningRate: 0.0025, batchSize: 4, epochs: 5)

  public let options: Options
  public init(options: Options = Options()) { self.options = options }

  private static func vision(_ layer: Int) -> LearnedTensor { LearnedTensor("vision.\(layer)") }

  private func depth(_ context: PromptContext) throws -> Int {
    try PromptContext.promptDepth(
      options.depth, standard: 12, layers: context.configuration.vision.layers, option: "vpt: depth")
  }

  /// `vision.LAYER`, `[n, vision width]` each.
  public func initialParameters(_ context: PromptContext, from stream: inout RandomStream) throws -> [LearnedTensor:
    Tensor]
  {
    let prompts = try context.initialVisionPrompts(
      length: options.contextLength, depth: try depth(context), options.initialization == .warm ? .warm : .random,
      from: &stream)
    return Dictionary(uniqueKeysWithValues: prompts.enumerated().map { (Self.vision($0.offset), $0.element) })
  }

  /// The template in the text, prompts in the image.
  public func prompts(_ input: PromptInput) throws -> Prompts {
    let layers = try (0..<depth(input.context)).map { LayerPrompt.tokens(try input[Self.vision($0)]) }
    return Prompts(
      texts: [try input.context.sequences(template: input.context.template)], vision: VisionPrompts(layers: layers))
  }
}

extension VPT: HasPublishedCheckpoint {
  public static let publishedFolder = "prompt_learner"
  public static let publishedModule: String? = nil
  public static let publishedNames = Dictionary(
    uniqueKeysWithValues: (0..<128).map { layer in
      (vision(layer), layer == 0 ? "image_encoder.VPT" : "image_encoder.transformer.resblocks.\(layer).VPT_shallow")
    })

  public static func isPublishedConstant(_ name: String) -> Bool { PublishedCheckpoint.isFrozenWeight(name) }

  /// Length and depth.
  public func fitted(to checkpoint: PublishedCheckpoint) throws -> VPT {
    var options = options
    options.contextLength = try checkpoint.shape(of: Self.vision(0))[0]
    options.depth = checkpoint.layers(with: Self.vision)
    return VPT(options: options)
  }

  public func publishedConstants(_ context: PromptContext) throws -> [String: Tensor] {
    ["image_encoder.class_embedding": context.weight("visual.class_embedding")].compactMapValues { $0 }
  }
}
