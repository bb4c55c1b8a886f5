import Basics
import Foundation
import Testing
import Tokenization

/// `tokenizer.json` and `vocab.json` of a small vocabulary.
struct HuggingFaceTokenizerTests {
  private static let merges = [("a", "t</w>"), ("c", "at</w>")]
  private let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("tokenizer-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  /// The vocabulary as transformers write it, spelt out by Python's rule in CLIP's `bytes_to_unicode`.
  private static var vocabulary: [String: Int] {
    let printable = Array(33...126) + Array(161...172) + Array(174...255)
    let others = (0...255).filter { !printable.contains($0) }
    let letters =
      printable.map { String(Unicode.Scalar(UInt8($0))) }
      + others.indices.map { String(Unicode.Scalar(UInt32(256 + $0))!) }
    let texts = letters + letters.map { $0 + "</w>" } + ["at</w>", "cat</w>", "<|startoftext|>", "<|endoftext|>"]
    return Dictionary(uniqueKeysWithValues: texts.enumerated().map { ($1, $0) })
  }

  private func write(_ model: [String: Any]) throws -> String {
    let path = folder.appendingPathComponent("tokenizer.json")
    try JSONSerialization.data(withJSONObject: ["version": "1.0", "model": model]).write(to: path)
    return path.path
  }

  private func model(_ merges: Any, _ vocabulary: [String: Int] = Self.vocabulary) -> [String: Any] {
    ["type": "BPE", "end_of_word_suffix": "</w>", "merges": merges, "vocab": vocabulary]
  }

  private func problem(_ path: String) -> String {
    do {
      _ = try BytePairTokenizer(tokenizerFile: path)
      return "none"
    } catch { return "\(error)" }
  }

  @Test func mergesAsTextsAndAsLists() throws {
    let expected = try BytePairTokenizer(merges: Self.merges).encode("A cat at CAT, hat")
    for merges in [["a t</w>", "c at</w>"], [["a", "t</w>"], ["c", "at</w>"]]] as [Any] {
      let tokenizer = try BytePairTokenizer(tokenizerFile: try write(model(merges)))
      #expect(tokenizer.encode("A cat at CAT, hat") == expected)
      #expect(tokenizer.vocabularySize == 516)
    }
  }

  @Test func tokenizersOfOtherKindsAreRefused() throws {
    var other = model(["a t</w>", "c at</w>"])
    other["type"] = "WordPiece"
    #expect(problem(try write(other)).contains("no byte-pair encoding as CLIP's"))
    other = model(["a t</w>", "c at</w>"])
    other["end_of_word_suffix"] = nil
    #expect(problem(try write(other)).contains("no byte-pair encoding as CLIP's"))
    #expect(problem(try write(model(["a t</w>", "c"]))).contains("model.merges.Index 1"))
  }

  @Test func idsInAnotherOrderAreRefused() throws {
    var vocabulary = Self.vocabulary
    vocabulary["at</w>"] = 513
    vocabulary["cat</w>"] = 512
    let message = problem(try write(model(["a t</w>", "c at</w>"], vocabulary)))
    #expect(message.hasSuffix("the token \"cat</w>\" has the id 512, and by the order of the merges 513"), "\(message)")
    #expect(problem(try write(model(["a t</w>"]))).contains("\"cat</w>\" has the id 513, and no merge makes it"))
  }

  @Test func vocabularyBesideMerges() throws {
    let merges = folder.appendingPathComponent("merges.txt").path
    let file = folder.appendingPathComponent("vocab.json")
    try MergesLearner.write(merges: Self.merges, to: merges)
    try JSONSerialization.data(withJSONObject: Self.vocabulary).write(to: file)
    let tokenizer = try BytePairTokenizer(mergesFile: merges, vocabularyFile: file.path, vocabularySize: 516)
    #expect(tokenizer.encode("cat") == [513])
    try JSONSerialization.data(withJSONObject: ["cat</w>": 7]).write(to: file)
    #expect(throws: Failure.self) {
      try BytePairTokenizer(mergesFile: merges, vocabularyFile: file.path, vocabularySize: 516)
    }
  }
}
