import Tensors

/// What a structure puts into one layer of one encoder.
public struct LayerPrompt {
  /// Rows that take the place of the prompt rows entering the layer: `[n, width]` where they are the same for all sequences,
  /// `[classes, n, width]` or `[images, n, width]` where each has its own (see ``PromptScope``).
  public var tokens: Variable

  /// Prompt rows given by learned tokens.
  public init(tokens: Variable) {
    self.tokens = tokens
  }
}

/// Which sequences share prompts.
public enum PromptScope: String, Sendable, Codable {
  /// The same for all.
  case shared
  /// Each class has its own (class-specific contexts).
  case perClass
  /// Each image has its own (contexts that depend on the image's feature).
  case perImage
}
