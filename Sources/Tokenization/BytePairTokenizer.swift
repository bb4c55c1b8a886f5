import Basics

/// CLIP's tokenizer: lower-cased byte-pair encoding with a mark, `</w>`, where a word ends.
///
/// A vocabulary is, in this order, the 256 bytes, the 256 bytes that end a word, one token for each merge, and the two
/// special tokens. Texts are cleaned as CLIP does: of ftfy, HTML entities, curly quotes, ligatures, full width, control
/// characters, line breaks and Unicode's normal form C; then HTML entities twice, white space, lower case. Mending
/// mojibake, text that was decoded in the wrong encoding, is the one part of ftfy that is left out.
public struct BytePairTokenizer: Sendable {
  /// The id that a text begins with, `<|startoftext|>`.
  public var startToken: Int { table.count }

  /// The id that a text ends with, `<|endoftext|>`.
  public var endToken: Int { table.count + 1 }

  /// Number of ids: 514 more than merges.
  public var vocabularySize: Int { table.count + SpecialTokens.texts.count }

  /// The vocabulary without merges: the bytes, the bytes that end a word, and the special tokens.
  static let smallestVocabulary = Symbol.alphabet.count + SpecialTokens.texts.count

  private let table: MergeTable
  private let cache = WordCache()

  /// The tokenizer of a merges file in CLIP's form: plain text or gzip, a header line, then one merge `a b` a line.
  ///
  /// - Parameters:
  ///   - path: Such as OpenAI's `bpe_simple_vocab_16e6.txt.gz`, or `merges.txt` of a Hugging Face directory.
  ///   - vocabularySize: Rows of the model's token embedding, 49408 for OpenAI's models: the first
  ///     `vocabularySize` − 514 merges of the file are used. All of them when nil.
  /// - Throws: `Failure` when the file is missing, damaged, no text, or has too few merges; with the line's number when
  ///   a line is no pair; when `vocabularySize` is below 514.
  public init(mergesFile path: String, vocabularySize: Int? = nil) throws {
    self.init(try Self.merges(ofFile: path, vocabularySize: vocabularySize))
  }

  /// The tokenizer of `merges`, in the letters of CLIP's files, the one that was learned first at the front.
  ///
  /// - Throws: `Failure` with the merge's number, counted from 1, when a symbol is not of CLIP's alphabet.
  public init(merges: [(String, String)]) throws {
    self.init(try MergesLearner.symbols(merges))
  }

  init(_ merges: [(left: Symbol, right: Symbol)]) { table = MergeTable(merges) }

  static func merges(ofFile path: String, vocabularySize: Int?) throws -> [(left: Symbol, right: Symbol)] {
    if let vocabularySize, vocabularySize < Self.smallestVocabulary {
      throw Failure(
        "a vocabulary of \(vocabularySize) is too small: CLIP's has at least \(Self.smallestVocabulary) tokens,"
          + " every byte twice and 2 special ones")
    }
    return try MergesFile.read(path, limit: vocabularySize.map { $0 - Self.smallestVocabulary })
  }

  /// The ids of `text`, without start and end.
  public func encode(_ text: String) -> [Int] {
    WordScanner.words(in: TextCleaning.clean(text)).flatMap { word in
      if let special = SpecialTokens.utf8.firstIndex(of: word) { return [table.count + special] }
      return cache.tokens(of: word, encode: table.tokens)
    }
  }

  /// The text of `tokens`: a space after each word, special tokens as CLIP spells them, and U+FFFD for bytes that are
  /// no UTF-8 and for ids outside of the vocabulary.
  public func decode(_ tokens: [Int]) -> String { String(decoding: tokens.flatMap(bytes), as: UTF8.self) }

  /// The text of one token as a person can tell it from others: bytes that are no UTF-8 by themselves as `<0xE2>`.
  public func readable(_ token: Int) -> String {
    let bytes = bytes(of: token)
    if let text = String(validating: bytes, as: UTF8.self) { return text }
    return bytes.map { $0 < 0x80 ? String(UnicodeScalar($0)) : "<0x\(String($0, radix: 16, uppercase: true))>" }
      .joined()
  }

  private func bytes(of token: Int) -> [UInt8] {
    switch token {
    case 0..<table.count: table.texts[token]
    case table.count..<vocabularySize: SpecialTokens.utf8[token - table.count]
    default: Array("\u{FFFD}".utf8)
    }
  }
}
