import Basics
import CLIPModel
import Tensors

/// The options of structures with prompts of their own in both encoders: how many, in how many layers, and what they start
/// from.
public struct BranchOptions: PluginOptions {
  /// Prompts in a layer of the text encoder.
  public var textLength = 4
  /// Prompts in a layer of the image encoder.
  public var visionLength = 4
  /// Layers of the text encoder with prompts of their own; nil for 9, or one less than it has.
  public var textDepth: Int?
  /// Layers of the image encoder with prompts of their own; nil for 9, or one less than it has.
  public var visionDepth: Int?
  /// What they start from.
  public var initialization = PromptInitialization.words
  /// The words that text prompts start from; those beyond the prompts stay in the text, prompts beyond them start at random.
  public var words = "a photo of a"

  /// PromptSRC's defaults.
  public init() {}
  /// How many prompts a layer can have.
  public static let lengths = 1...64

  /// Every option.
  public static var all: [PluginOption<BranchOptions>] {
    options(at: \.self)
  }

  /// Every option of a value that these options are part of.
  public static func options<Options>(
    at path: WritableKeyPath<Options, BranchOptions> & Sendable
  ) -> [PluginOption<Options>] {
    let depths = 1...128
    let text = PluginOption<BranchOptions>.integer(
      "textLength", \.textLength, in: lengths, "prompts in a layer of the text encoder")
    let vision = PluginOption<BranchOptions>.integer(
      "visionLength", \.visionLength, in: lengths, "prompts in a layer of the image encoder")
    let textDepth = PluginOption<BranchOptions>.integerOrAuto(
      "textDepth", \.textDepth, in: depths,
      PromptContext.depthSummary("layers of the text encoder with prompts of their own", standard: 9))
    let visionDepth = PluginOption<BranchOptions>.integerOrAuto(
      "visionDepth", \.visionDepth, in: depths,
      PromptContext.depthSummary("layers of the image encoder with prompts of their own", standard: 9))
    let all: [PluginOption<BranchOptions>] = [
      text, vision, .shorthand("contextLength", for: text, and: vision),
      textDepth, visionDepth, .shorthand("depth", for: textDepth, and: visionDepth),
      .choice("initialization", \.initialization, "what the prompts start from"),
      .text("words", \.words, PromptInitialization.wordsSummary),
    ]
    return all.map { $0.embedded(at: path) }
  }

  /// The layers with prompts of their own.
  ///
  /// - Throws: a usage ``Failure`` if an encoder has fewer.
  public func depths(_ context: PromptContext) throws -> (text: Int, vision: Int) {
    let configuration = context.configuration
    return (
      try PromptContext.promptDepth(
        textDepth, standard: 9, layers: configuration.text.layers, option: "textDepth"),
      try PromptContext.promptDepth(
        visionDepth, standard: 9, layers: configuration.vision.layers, option: "visionDepth")
    )
  }

  /// The prompts of every layer at the start; the text's are drawn first.
  public func initialPrompts(
    _ context: PromptContext, from stream: inout RandomStream
  ) throws -> (text: [Tensor], vision: [Tensor]) {
    let depths = try depths(context)
    return (
      try context.initialTextPrompts(
        length: textLength, depth: depths.text, initialization, words: words, from: &stream),
      try context.initialVisionPrompts(
        length: visionLength, depth: depths.vision, initialization, from: &stream)
    )
  }

  /// What a user should know of these options, one line each.
  public func notes(_ context: PromptContext) throws -> [String] {
    try context.notesOnWords(words, length: textLength, initialization)
  }

  /// The tokens of the words that stay behind the text prompts.
  public func fixedWords(_ context: PromptContext) throws -> [Int] {
    initialization == .random ? [] : try context.promptWords(words, length: textLength).fixed
  }

  /// Every class's sequence: prompts, the words that stay, the name.
  public func sequences(_ context: PromptContext) throws -> [[TextRow]] {
    context.sequences(promptLength: textLength, fixedWords: try fixedWords(context))
  }
}
