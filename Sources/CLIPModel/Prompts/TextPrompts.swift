import Tensors

/// One row of a text sequence as it enters layer 0.
public enum TextRow: Hashable, Sendable {
  /// The embedding of a token.
  case token(Int)
  /// The prompt of this index.
  case prompt(Int)

  /// Whether a prompt stands here.
  public var isPrompt: Bool {
    if case .prompt = self { true } else { false }
  }
}

/// What enters the text encoder: a sequence for each class, and prompts for the first layers.
///
/// Rows in front that are the same in all sequences are found by the encoder and run once.
public struct TextPrompts {
  /// For each class its rows, from the start token to the end token, at which the feature is read.
  public var sequences: [[TextRow]]
  /// The prompts of layers 0 ..< J, all of the same length; empty where nothing is learned.
  public var layers: [LayerPrompt]
  /// Which sequences share prompts.
  public var scope: PromptScope

  /// Sequences with prompts in the first layers.
  public init(sequences: [[TextRow]], layers: [LayerPrompt] = [], scope: PromptScope = .shared) {
    self.sequences = sequences
    self.layers = layers
    self.scope = scope
  }

  /// Sequences of tokens alone, from start to end token.
  public init(tokens: [[Int]]) {
    self.init(sequences: tokens.map { $0.map(TextRow.token) })
  }
}
