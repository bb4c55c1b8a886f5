/// Which sequences share prompts.
public enum PromptScope: String, Sendable, Codable {
  /// The same for all.
  case shared
  /// Each class has its own (class-specific contexts).
  case perClass
  /// Each image has its own (contexts that depend on the image's feature).
  case perImage
}
