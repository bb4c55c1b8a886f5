import Basics

/// `tokenizer.json` as Hugging Face's tokenizers write CLIP's: merges and vocabulary in one file.
struct HuggingFaceTokenizerFile: Decodable {
  struct Model: Decodable {
    var type: String?
    var vocab: [String: Int]
    var merges: [Merge]
    var endOfWordSuffix: String?

    private enum CodingKeys: String, CodingKey {
      case type, vocab, merges
      case endOfWordSuffix = "end_of_word_suffix"
    }
  }

  /// Two symbols: a text with a space between them, or, in younger files, a list of two texts.
  struct Merge: Decodable {
    let pair: (String, String)

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      let parts: [String] =
        if let text = try? container.decode(String.self) {
          text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        } else {
          try container.decode([String].self)
        }
      guard parts.count == 2 else {
        throw DecodingError.dataCorruptedError(in: container, debugDescription: "a merge is two symbols")
      }
      pair = (parts[0], parts[1])
    }
  }

  let model: Model

  /// - Throws: ``Failure`` if this is another kind of tokenizer than CLIP's.
  func merges() throws -> [(String, String)] {
    guard model.type ?? "BPE" == "BPE", model.endOfWordSuffix == Symbol.endOfWord else {
      throw Failure("no byte-pair encoding as CLIP's, in which \(Symbol.endOfWord) ends a word")
    }
    return model.merges.map(\.pair)
  }
}
