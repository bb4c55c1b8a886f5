import Basics
import CLIPModel
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
    /// The words that they start from; context vectors beyond them start at random.
    public var words = "a photo of a"

    public init() {}
    public static var all: [PluginOption<Options>] {
      [
        .integerOrAuto(
          "contextLength", \.contextLength, in: 1...64, "number of context vectors (auto: 16, or the words')"),
        .choice("classTokenPosition", \.classTokenPosition, "where the class name stands among them"),
        .flag("classSpecific", \.classSpecific, "whether each class has its own context"),
        .choice("initialization", \.initialization, "what they start from; warm is words here"),
        .text("words", \.words, "the words that the first vectors start from; those beyond them start at random"),
      ]
    }
  }

  public static let name = "coop"
  public static let summary = "Learned context vectors in the text, shared by all classes or one set for each."
  public static let paper: String? = "Zhou et al., Learning to Prompt for Vision-Language Models, IJCV 2022"
  /// SGD 0.002, batch 32, 200 epochs, random resized crop and flip: `configs/trainers/CoOp/vit_b16.yaml` of CoOp's code, which
  /// `COOP.md` takes for 16 and 8 shots.
  public static let publishedRecipe: TrainingRecipe? = .published(learningRate: 0.002, batchSize: 32, epochs: 200)

  /// 100 epochs for 4 and 2 shots and 50 for 1 (`vit_b16_ep100.yaml`, `vit_b16_ep50.yaml`); numbers between take the epochs of the
  /// next larger one. The published runs on ImageNet have 50 in any case.
  public static func publishedRecipe(shots: Int?) -> TrainingRecipe? {
    var recipe = publishedRecipe
    switch shots {
    case 1?: recipe?.epochs = 50
    case (2...4)?: recipe?.epochs = 100
    default: break
    }
    return recipe
  }

  public let options: Options
  public init(options: Options = Options()) { self.options = options }

  private static let context = LearnedTensor("context")

  /// `context`: `[n, text width]`, or `[classes, n, text width]` when class-specific.
  public func initialParameters(_ context: PromptContext, from stream: inout RandomStream) throws -> [LearnedTensor:
    Tensor]
  {
    let width = context.configuration.text.width
    let copies = options.classSpecific ? context.classNames.count : 1
    // In layer 0, which is all that CoOp prompts, the frozen states of a template's rows are its words' embeddings.
    let words = options.initialization == .random ? [] : try context.tokens(of: options.words)
    guard options.initialization == .random || !words.isEmpty else {
      throw Failure.usage("coop: words is empty, but the context starts from words")
    }
    let length = options.contextLength ?? (words.isEmpty ? 16 : words.count)
    guard words.count <= length else {
      throw Failure.usage(
        "coop: contextLength is \(length), but \"\(options.words)\" has \(words.count) tokens; "
          + "give at least \(words.count), or fewer words")
    }
    let random = (length - words.count) * width
    let drawn = stream.normals(copies * random, deviation: PromptInitialization.deviation)
    let embeddings = words.isEmpty ? [] : context.embeddings(of: words).elements
    let elements = (0..<copies).flatMap { embeddings + drawn[$0 * random..<($0 + 1) * random] }
    return [Self.context: Tensor(shape: options.classSpecific ? [copies, length, width] : [length, width], elements)]
  }

  /// Says where the context is longer than the words.
  public func notes(_ context: PromptContext) throws -> [String] {
    guard let length = options.contextLength else { return [] }
    return try context.notesOnWords(options.words, length: length, options.initialization)
  }

  /// The context in every class's sequence.
  public func prompts(_ input: PromptInput) throws -> Prompts {
    let context = try input[Self.context]
    let length = context.shape[context.shape.count - 2]
    return Prompts(texts: [
      TextPrompts(
        sequences: input.context.sequences(promptLength: length, position: options.classTokenPosition),
        layers: [.tokens(context)], scope: options.classSpecific ? .perClass : .shared)
    ])
  }
}

extension CoOp: HasPublishedCheckpoint {
  /// POMP (Ren et al., NeurIPS 2023) learns CoOp's context in another way, and writes it as CoOp does.
  public static let publishedAliases = ["pomp"]
  public static let publishedFolder = "prompt_learner"
  public static let publishedModule: String? = "prompt_learner"
  public static let publishedNames = [context: "ctx"]

  /// Those of CoOp's code, and of POMP's, which has the classes of training and of testing apart.
  private static let prefixes = ["", "train_", "test_"].map { "\($0)token_prefix" }

  public static func isPublishedConstant(_ name: String) -> Bool {
    prefixes.contains(name.replacing("token_suffix", with: "token_prefix")) || PublishedCheckpoint.isFrozenWeight(name)
  }

  /// Length, and whether each class has its own.
  public func fitted(to checkpoint: PublishedCheckpoint) throws -> CoOp {
    let shape = try checkpoint.shape(of: Self.context, rank: 2...3)
    var options = options
    options.classSpecific = shape.count == 3
    options.contextLength = shape[shape.count - 2]
    return CoOp(options: options)
  }

  public func publishedConstants(_ context: PromptContext) throws -> [String: Tensor] {
    let start = context.embeddings(of: [context.configuration.startToken])
    return Dictionary(uniqueKeysWithValues: Self.prefixes.map { ($0, start) })
  }
}
