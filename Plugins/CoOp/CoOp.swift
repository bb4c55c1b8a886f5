import Basics
import CLIP
import PromptLearning
import Tensors

/// Context vectors learned in the place of a template's words, for all classes or for each.
public struct CoOp: PromptStructure {
  /// How many, where, and what they start from.
  public struct Options: PluginOptions {
    /// Number of context vectors; nil for 16, or the number of tokens of `words` when they start from these.
    public var contextLength: Int?
    /// Where the class name stands.
    public var classTokenPosition = ClassTokenPosition.end
    /// Whether each class has its own context.
    public var classSpecific = false
    /// What they start from.
    public var initialization = PromptInitialization.random
    /// The words that they start from.
    public var words = "a photo of a"

    /// The published defaults.
    public init() {}
    /// Every option.
    public static var all: [PluginOption<Options>] {
      [
        .integerOrAuto(
          "contextLength", \.contextLength, in: 1...64, "number of context vectors (auto: 16, or the words')"),
        .choice("classTokenPosition", \.classTokenPosition, "where the class name stands among them"),
        .flag("classSpecific", \.classSpecific, "whether each class has its own context"),
        .choice("initialization", \.initialization, "what they start from; warm is words here"),
        .text("words", \.words, "the words to start from; their number of tokens is the context length then"),
      ]
    }
  }

  /// The name on the command line.
  public static let name = "coop"
  /// One line on what it does.
  public static let summary = "Learned context vectors in the text, shared by all classes or one set for each."
  /// Where it comes from.
  public static let paper: String? = "Zhou et al., Learning to Prompt for Vision-Language Models, IJCV 2022"
  /// SGD 0.002, batch 32, 200 epochs for 16 shots.
  public static let publishedRecipe: TrainingRecipe? = .published(learningRate: 0.002, batchSize: 32, epochs: 200)

  /// The options.
  public let options: Options
  /// A structure with the given options.
  public init(options: Options = Options()) { self.options = options }
  /// Whether each class has its own context.
  public var isClassSpecific: Bool { options.classSpecific }

  /// `context`: `[n, text width]`, or `[classes, n, text width]` when class-specific.
  public func initialParameters(_ context: PromptContext, from stream: inout RandomStream) throws -> [String: Tensor] {
    let width = context.configuration.text.width
    let copies = options.classSpecific ? context.classNames.count : 1
    let vectors: Tensor
    switch options.initialization {
    case .random:
      let count = copies * (options.contextLength ?? 16)
      vectors = Tensor(shape: [count, width], stream.normals(count * width, deviation: 0.02))
    case .words, .warm:
      // In layer 0, which is all that CoOp prompts, the frozen states of a template's rows are its words' embeddings.
      let tokens = try context.tokens(of: options.words)
      guard !tokens.isEmpty else { throw Failure.usage("coop: words is empty, but the context starts from words") }
      if let length = options.contextLength, length != tokens.count {
        throw Failure.usage(
          "coop: contextLength is \(length), but \"\(options.words)\" has \(tokens.count) tokens; leave one of them out"
        )
      }
      vectors = context.embeddings(of: (0..<copies).flatMap { _ in tokens })
    }
    let length = vectors.rows / copies
    return ["context": vectors.reshaped(options.classSpecific ? [copies, length, width] : [length, width])]
  }

  /// The context in every class's sequence.
  public func prompts(_ input: PromptInput) -> Prompts {
    let context = input["context"]
    let length = context.shape[context.shape.count - 2]
    return Prompts(texts: [
      TextPrompts(
        sequences: input.context.sequences(promptLength: length, position: options.classTokenPosition),
        layers: [LayerPrompt(tokens: context)], scope: options.classSpecific ? .perClass : .shared)
    ])
  }
}
