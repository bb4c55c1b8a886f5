import Foundation
import Tokenization

/// The merges that the user has for backbones that bring none.
enum UserMerges {
  /// The tokenizer of the file that `RPP_MERGES` names; nil if it names none, or if the model's vocabulary is too small
  /// for any merges of CLIP's form.
  static func tokenizer(for configuration: CLIPConfiguration) throws -> BytePairTokenizer? {
    // 256 bytes, 256 bytes that end a word, start and end token.
    let smallestVocabulary = 256 + 256 + 2
    guard configuration.vocabularySize >= smallestVocabulary,
      let path = ProcessInfo.processInfo.environment["RPP_MERGES"], !path.isEmpty
    else { return nil }
    return try BytePairTokenizer(mergesFile: path, vocabularySize: configuration.vocabularySize)
  }
}
