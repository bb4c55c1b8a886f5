import Basics
import Tokenization

/// The input is a merges file, plain or gzip; a text is cut with what it holds.
enum MergesTarget {
  static func run(_ input: [UInt8]) throws {
    let path = ScratchFolder.write(input, to: "\(ScratchFolder.path)/merges.txt")
    _ = try? BytePairTokenizer(mergesFile: path, vocabularySize: 516)
    let tokenizer = try BytePairTokenizer(mergesFile: path)
    let tokens = tokenizer.encode("a photo of a cat, aaaaaaaaa's bananas; the 2 naïve lows lower the lowest.")
    require(tokens.allSatisfy((0..<tokenizer.vocabularySize).contains), "no such tokens: \(tokens)")
    _ = tokenizer.decode(tokens)
  }
}
