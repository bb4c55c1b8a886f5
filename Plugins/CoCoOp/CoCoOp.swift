import Basics
import CLIPModel
import PromptLearning
import Tensors

/// Context vectors that a small net shifts by what the image shows, so that every image has its own.
public struct CoCoOp: PromptStructure {
  /// How many context vectors, and what they start from.
  public struct Options: PluginOptions {
    /// Number of context vectors.
    public var contextLength = 4
    /// What they start from.
    public var initialization = PromptInitialization.words
    /// The words that they start from; those beyond the vectors stay in the text, vectors beyond them start at random.
    public var words = "a photo of a"

    public init() {}
    public static var all: [PluginOption<Options>] {
      [
        .integer("contextLength", \.contextLength, in: 1...64, "number of context vectors"),
        .choice("initialization", \.initialization, "what the context starts from"),
        .text("words", \.words, PromptInitialization.wordsSummary),
      ]
    }
  }

  public static let name = "cocoop"
  public static let summary = "Context vectors in the text, shifted for each image by a two-layer net."
  public static let paper: String? =
    "Zhou et al., Conditional Prompt Learning for Vision-Language Models, CVPR 2022"
  /// SGD 0.002, batch 1, 10 epochs, random resized crop and flip: `configs/trainers/CoCoOp/vit_b16_c4_ep10_batch1_ctxv1.yaml` of
  /// CoOp's code, with 4 vectors that start from "a photo of a".
  public static let publishedRecipe: TrainingRecipe? = .published(learningRate: 0.002, batchSize: 1, epochs: 10)

  public let options: Options
  public init(options: Options = Options()) { self.options = options }

  private static let context = LearnedTensor("context")
  private static let hiddenWeight = LearnedTensor("hidden.weight")
  private static let hiddenBias = LearnedTensor("hidden.bias")
  private static let outputWeight = LearnedTensor("output.weight")
  private static let outputBias = LearnedTensor("output.bias")

  /// Says where the context is longer than the words.
  public func notes(_ context: PromptContext) throws -> [String] {
    try context.notesOnWords(options.words, length: options.contextLength, options.initialization)
  }

  /// `context` `[n, text width]`, and the net's weights and biases; its hidden layer has a 16th of the embedding's width.
  public func initialParameters(_ context: PromptContext, from stream: inout RandomStream) throws -> [LearnedTensor:
    Tensor]
  {
    let configuration = context.configuration
    let prompts = try context.initialTextPrompts(
      length: options.contextLength, depth: 1, options.initialization, words: options.words, from: &stream)
    let width = max(1, configuration.embedDimension / 16)
    let hidden = context.initialLinear(inputs: configuration.embedDimension, outputs: width, from: &stream)
    let output = context.initialLinear(inputs: width, outputs: configuration.text.width, from: &stream)
    return [
      Self.context: prompts[0], Self.hiddenWeight: hidden.weight, Self.hiddenBias: hidden.bias,
      Self.outputWeight: output.weight, Self.outputBias: output.bias,
    ]
  }

  /// The context plus the net's shift, for every image.
  public func prompts(_ input: PromptInput) throws -> Prompts {
    let features = input.imageFeatures
    let hidden = Linear(weight: try input[Self.hiddenWeight], bias: try input[Self.hiddenBias])
    let output = Linear(weight: try input[Self.outputWeight], bias: try input[Self.outputBias])
    let shift = output(hidden(features).relu())
    let (images, length) = (features.value.rows, options.contextLength)
    let context = try input[Self.context].gatheringRows((0..<images * length).map { $0 % length })
    let shifted = context + shift.gatheringRows((0..<images * length).map { $0 / length })
    let fixed =
      options.initialization == .random
      ? [] : try input.context.promptWords(options.words, length: length).fixed
    return Prompts(texts: [
      TextPrompts(
        sequences: input.context.sequences(promptLength: length, fixedWords: fixed),
        layers: [.tokens(shifted.reshaped([images, length, context.value.columns]))], scope: .perImage)
    ])
  }
}

extension CoCoOp: HasPublishedCheckpoint {
  public static let publishedFolder = "prompt_learner"
  public static let publishedModule: String? = "prompt_learner"
  public static let publishedNames = [
    context: "ctx", hiddenWeight: "meta_net.linear1.weight", hiddenBias: "meta_net.linear1.bias",
    outputWeight: "meta_net.linear2.weight", outputBias: "meta_net.linear2.bias",
  ]

  public static func isPublishedConstant(_ name: String) -> Bool {
    ["token_prefix", "token_suffix"].contains(name) || PublishedCheckpoint.isFrozenWeight(name)
  }

  /// The length. The published code leaves no words between the context and the class name: there are as many vectors as words.
  public func fitted(to checkpoint: PublishedCheckpoint) throws -> CoCoOp {
    var options = options
    options.contextLength = try checkpoint.shape(of: Self.context)[0]
    options.initialization = .random
    return CoCoOp(options: options)
  }

  public func publishedConstants(_ context: PromptContext) throws -> [String: Tensor] {
    ["token_prefix": context.embeddings(of: [context.configuration.startToken])]
  }
}
