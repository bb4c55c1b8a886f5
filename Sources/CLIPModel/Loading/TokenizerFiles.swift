import Basics
import Foundation
import Tokenization

/// The tokenizer in a model's directory, in whichever of the hubs' forms it is there.
enum TokenizerFiles {
  /// The tokenizer of `merges.txt` (checked against `vocab.json`, if that is there), else of `tokenizer.json`, else of the
  /// user's merges; nil where there are none of these.
  static func tokenizer(in directory: String, for configuration: CLIPConfiguration) throws -> BytePairTokenizer? {
    func there(_ name: String) -> String? {
      let path = "\(directory)/\(name)"
      return FileManager.default.fileExists(atPath: path) ? path : nil
    }
    let size = configuration.vocabularySize
    if let merges = there("merges.txt") {
      return if let vocabulary = there("vocab.json") {
        try BytePairTokenizer(mergesFile: merges, vocabularyFile: vocabulary, vocabularySize: size)
      } else {
        try BytePairTokenizer(mergesFile: merges, vocabularySize: size)
      }
    }
    if let file = there("tokenizer.json") { return try BytePairTokenizer(tokenizerFile: file) }
    return try UserMerges.tokenizer(for: configuration)
  }
}
