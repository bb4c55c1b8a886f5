import Basics
import CLIPModel
import Tokenization

/// The input is a text: it is cleaned and cut, and merges are learned from it.
enum TokenizerTarget {
  private static let tokenizer = try! Backbone(named: "embedded:student").tokenizer!

  static func run(_ input: [UInt8]) throws {
    let text = String(decoding: input, as: UTF8.self)
    let tokens = tokenizer.encode(text)
    require(tokens.allSatisfy((0..<tokenizer.vocabularySize).contains), "no such tokens: \(tokens)")
    _ = tokenizer.decode(tokens)
    // Ids from outside, too.
    _ = tokenizer.decode(input.map { Int($0) * 7 - 100 })
    // What is learned is in CLIP's letters; a new vocabulary takes longer than all the rest.
    guard input.count % 8 == 0 else { return }
    _ = try BytePairTokenizer(merges: MergesLearner.learnMerges(from: [text], count: 3)).encode(text)
  }
}
