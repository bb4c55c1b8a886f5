import Basics

extension BytePairTokenizer {
  /// The tokenizer of a `tokenizer.json`, as Hugging Face's tokenizers write CLIP's.
  ///
  /// - Throws: `Failure` naming the file, and what in it is not as in CLIP's.
  public init(tokenizerFile path: String) throws {
    let file = try JSONText.decode(HuggingFaceTokenizerFile.self, file: path)
    do {
      let merges = try MergesLearner.symbols(try file.merges())
      try VocabularyOrder.require(file.model.vocab, of: merges)
      self.init(merges)
    } catch let failure as Failure {
      throw Failure("\(path): \(failure)")
    }
  }

  /// The tokenizer of `merges.txt` and `vocab.json` as Hugging Face's CLIPs have them.
  ///
  /// - Throws: `Failure` as ``init(mergesFile:vocabularySize:)`` does, or naming a token whose id does not follow from the
  ///   merges.
  public init(mergesFile path: String, vocabularyFile: String, vocabularySize: Int? = nil) throws {
    let merges = try Self.merges(ofFile: path, vocabularySize: vocabularySize)
    do {
      try VocabularyOrder.require(try JSONText.decode([String: Int].self, file: vocabularyFile), of: merges)
    } catch let failure as Failure where !failure.description.hasPrefix(vocabularyFile.printable) {
      throw Failure("\(vocabularyFile): \(failure)")
    }
    self.init(merges)
  }
}

/// The order of ids in CLIP's vocabularies: bytes, bytes that end a word, merges, start and end.
private enum VocabularyOrder {
  /// - Throws: `Failure` naming the first token of another id.
  static func require(_ vocabulary: [String: Int], of merges: [(left: Symbol, right: Symbol)]) throws {
    let texts =
      Symbol.alphabet.map(\.letters) + merges.map { $0.left.letters + $0.right.letters } + SpecialTokens.texts
    // What is merged in two ways has the later id.
    let ids = Dictionary(zip(texts, texts.indices), uniquingKeysWith: { _, later in later })
    let wrong = vocabulary.filter { ids[$0.key] != $0.value }.min { ($0.value, $0.key) < ($1.value, $1.key) }
    if let (token, id) = wrong {
      throw Failure(
        "the token \(Spelling.quoted(token)) has the id \(id), "
          + (ids[token].map { "and by the order of the merges \($0)" } ?? "and no merge makes it"))
    }
  }
}
