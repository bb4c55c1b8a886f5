import Basics
import CLIPModel
import PromptLearning
import Tensors

/// Text prompts, and vision prompts that are an affine map of them, layer by layer.
public struct MaPLe: PromptStructure {
  /// How many prompts in how many layers, and what they start from.
  public struct Options: PluginOptions {
    /// Prompts in a layer of either encoder.
    public var contextLength = 2
    /// Layers with prompts of their own; nil for 9, or one less than the encoder with fewer layers has.
    public var depth: Int?
    /// What text prompts start from; `warm` lets the maps begin at the class token's mean states.
    public var initialization = PromptInitialization.words
    /// The words that text prompts start from; those beyond the prompts stay in the text, prompts beyond them start at random.
    public var words = "a photo of a"

    public init() {}
    public static var all: [PluginOption<Options>] {
      [
        .integer("contextLength", \.contextLength, in: 1...64, "prompts in a layer of either encoder"),
        .integerOrAuto(
          "depth", \.depth, in: 1...128, PromptContext.depthSummary("layers with prompts of their own", standard: 9)),
        .choice("initialization", \.initialization, "what the prompts start from"),
        .text("words", \.words, PromptInitialization.wordsSummary),
      ]
    }
  }

  public static let name = "maple"
  public static let summary = "Text prompts in many layers, mapped to vision prompts by a linear layer each."
  public static let paper: String? = "Khattak et al., MaPLe: Multi-modal Prompt Learning, CVPR 2023"
  /// SGD 0.0035, batch 4, 5 epochs, random resized crop and flip: `configs/trainers/MaPLe/vit_b16_c2_ep5_batch4_2ctx.yaml` of
  /// MaPLe's code. Its runs from ImageNet to other data sets have 0.0026, 2 epochs and 3 layers.
  public static let publishedRecipe: TrainingRecipe? = .published(learningRate: 0.0035, batchSize: 4, epochs: 5)

  public let options: Options
  public init(options: Options = Options()) { self.options = options }

  private static func text(_ layer: Int) -> LearnedTensor { LearnedTensor("text.\(layer)") }
  private static func mapWeight(_ layer: Int) -> LearnedTensor { LearnedTensor("map.\(layer).weight") }
  private static func mapBias(_ layer: Int) -> LearnedTensor { LearnedTensor("map.\(layer).bias") }

  private func depth(_ context: PromptContext) throws -> Int {
    let configuration = context.configuration
    return try PromptContext.promptDepth(
      options.depth, standard: 9, layers: min(configuration.text.layers, configuration.vision.layers),
      option: "maple: depth")
  }

  /// The tokens of the words that stay behind the prompts.
  private func fixedWords(_ context: PromptContext) throws -> [Int] {
    options.initialization == .random
      ? [] : try context.promptWords(options.words, length: options.contextLength).fixed
  }

  /// Says where prompts are more than the words.
  public func notes(_ context: PromptContext) throws -> [String] {
    try context.notesOnWords(options.words, length: options.contextLength, options.initialization)
  }

  /// `text.LAYER` `[n, text width]`, `map.LAYER.weight` `[vision width, text width]` and `map.LAYER.bias`.
  public func initialParameters(_ context: PromptContext, from stream: inout RandomStream) throws -> [LearnedTensor:
    Tensor]
  {
    let (text, vision) = (context.configuration.text.width, context.configuration.vision.width)
    let prompts = try context.initialTextPrompts(
      length: options.contextLength, depth: try depth(context), options.initialization, words: options.words,
      from: &stream)
    let states = options.initialization == .warm ? context.model.meanClassStates(try context.sampleImages()) : []
    var parameters: [LearnedTensor: Tensor] = [:]
    for (layer, prompt) in prompts.enumerated() {
      var map = context.initialLinear(inputs: text, outputs: vision, from: &stream)
      if options.initialization == .warm {
        // Of the mapped text prompts only noise is left at the start.
        let length = prompt.elements.reduce(0) { $0 + Double($1) * Double($1) } / Double(prompt.rows)
        map.weight = map.weight.scaled(
          by: Float(PromptInitialization.deviation * (3 * Double(text) / length).squareRoot()))
        map.bias = states[layer].reshaped([vision])
      }
      parameters[Self.text(layer)] = prompt
      parameters[Self.mapWeight(layer)] = map.weight
      parameters[Self.mapBias(layer)] = map.bias
    }
    return parameters
  }

  /// Tokens in the text, and what the maps make of them in the image.
  public func prompts(_ input: PromptInput) throws -> Prompts {
    let layers = try 0..<depth(input.context)
    let fixed = try fixedWords(input.context)
    return Prompts(
      texts: [
        TextPrompts(
          sequences: input.context.sequences(promptLength: options.contextLength, fixedWords: fixed),
          layers: try layers.map { .tokens(try input[Self.text($0)]) })
      ],
      vision: VisionPrompts(
        layers: try layers.map { layer in
          let map = Linear(weight: try input[Self.mapWeight(layer)], bias: try input[Self.mapBias(layer)])
          return .tokens(map(try input[Self.text(layer)]))
        }))
  }
}

extension MaPLe: HasPublishedCheckpoint {
  public static let publishedFolder = "MultiModalPromptLearner"
  public static let publishedModule: String? = nil
  public static let publishedNames: [LearnedTensor: String] = {
    var names = [text(0): "prompt_learner.ctx"]
    for layer in 0..<128 {
      // Layer 0 has its own names; the deeper ones are counted from its successor.
      let map = layer == 0 ? "prompt_learner.proj" : "prompt_learner.compound_prompt_projections.\(layer - 1)"
      if layer > 0 { names[text(layer)] = "prompt_learner.compound_prompts_text.\(layer - 1)" }
      names[mapWeight(layer)] = "\(map).weight"
      names[mapBias(layer)] = "\(map).bias"
    }
    return names
  }()

  public static func isPublishedConstant(_ name: String) -> Bool {
    ["prompt_learner.token_prefix", "prompt_learner.token_suffix"].contains(name)
      || PublishedCheckpoint.isFrozenWeight(name)
  }

  /// Length and depth.
  public func fitted(to checkpoint: PublishedCheckpoint) throws -> MaPLe {
    var options = options
    options.contextLength = try checkpoint.shape(of: Self.text(0))[0]
    options.depth = checkpoint.layers(with: Self.text)
    return MaPLe(options: options)
  }

  /// The start token, and the words that stay between the prompts and the class name.
  public func publishedConstants(_ context: PromptContext) throws -> [String: Tensor] {
    var constants = [
      "prompt_learner.token_prefix": context.embeddings(of: [context.configuration.startToken])
    ]
    let fixed = try fixedWords(context)
    if !fixed.isEmpty { constants["prompt_learner.token_suffix"] = context.embeddings(of: fixed) }
    return constants
  }
}
