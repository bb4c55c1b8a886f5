/// The two tokens that a vocabulary ends with, which no merge makes.
enum SpecialTokens {
  /// Start and end, as texts spell them.
  static let texts = ["<|startoftext|>", "<|endoftext|>"]

  static let utf8 = texts.map { Array($0.utf8) }
}
