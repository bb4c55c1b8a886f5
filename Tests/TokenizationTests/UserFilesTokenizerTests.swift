import Basics
import Foundation
import Testing
import Tokenization

/// Folders outside of the package, which not every machine has.
private enum UserFiles {
  static let shared = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("shared").path

  static let environment = ProcessInfo.processInfo.environment
  static let io = environment["RPP_IO_DIR"] ?? "\(shared)/fixtures/io"
  static let merges = environment["RPP_MERGES"] ?? "\(shared)/data/bpe_simple_vocab_16e6.txt.gz"
  static let huggingFace = "\(io)/hf-tiny-clip"

  static func exist(_ paths: String...) -> Bool {
    paths.allSatisfy { FileManager.default.fileExists(atPath: $0) }
  }
}

@Suite("User files: tokenizer")
struct UserFilesTokenizerTests {
  private struct Golden: Decodable {
    struct Case: Decodable {
      let text: String
      let ids: [Int]
    }
    let sot: Int
    let eot: Int
    let cases: [Case]
  }

  @Test(
    "tokenizer.json agrees exactly",
    .enabled(
      if: UserFiles.exist("\(UserFiles.io)/tokenizer.json", UserFiles.merges),
      "no tokenizer.json in RPP_IO_DIR (or ../shared/fixtures/io), or no CLIP merges at RPP_MERGES"))
  func golden() throws {
    let url = URL(fileURLWithPath: "\(UserFiles.io)/tokenizer.json")
    let golden = try JSONDecoder().decode(Golden.self, from: Data(contentsOf: url))
    let tokenizer = try BytePairTokenizer(mergesFile: UserFiles.merges, vocabularySize: golden.eot + 1)
    #expect(tokenizer.startToken == golden.sot)
    #expect(tokenizer.endToken == golden.eot)
    #expect(!golden.cases.isEmpty)
    for expected in golden.cases {
      #expect(tokenizer.encode(expected.text) == expected.ids, "\(expected.text.debugDescription)")
    }
  }

  @Test(
    "a Hugging Face directory's merges give its vocabulary and its input_ids",
    .enabled(
      if: UserFiles.exist("\(UserFiles.huggingFace)/expected.safetensors"),
      "no hf-tiny-clip in RPP_IO_DIR (or ../shared/fixtures/io)"))
  func huggingFace() throws {
    let tokenizer = try BytePairTokenizer(mergesFile: "\(UserFiles.huggingFace)/merges.txt")
    let vocabularyFile = URL(fileURLWithPath: "\(UserFiles.huggingFace)/vocab.json")
    let vocabulary = try JSONDecoder().decode([String: Int].self, from: Data(contentsOf: vocabularyFile))
    #expect(tokenizer.vocabularySize == vocabulary.count)
    #expect(tokenizer.startToken == vocabulary["<|startoftext|>"])
    #expect(tokenizer.endToken == vocabulary["<|endoftext|>"])
    // Symbols of letters that stand for themselves read as they are spelled.
    for (symbol, id) in vocabulary where symbol.utf8.allSatisfy({ (33...126).contains($0) }) {
      #expect(tokenizer.decode([id]) == symbol.replacingOccurrences(of: "</w>", with: " "))
    }

    let (texts, inputs) = try expectedInputs()
    #expect(texts.count == inputs.count)
    for (text, ids) in zip(texts, inputs) {
      let tokens = [tokenizer.startToken] + tokenizer.encode(text)
      let padding = [Int](repeating: tokenizer.endToken, count: max(1, ids.count - tokens.count))
      #expect(tokens + padding == ids, "\(text)")
    }
  }

  /// The texts of `expected.safetensors` and their rows of `input_ids`.
  private func expectedInputs() throws -> (texts: [String], ids: [[Int]]) {
    let file = try Data(contentsOf: URL(fileURLWithPath: "\(UserFiles.huggingFace)/expected.safetensors"))
    let headerLength = (0..<8).reduce(0) { $0 | Int(file[$1]) << (8 * $1) }
    let header = try JSONSerialization.jsonObject(with: file[8..<(8 + headerLength)]) as? [String: Any]
    let metadata = try #require(header?["__metadata__"] as? [String: String])
    let texts = try JSONDecoder().decode([String].self, from: Data(try #require(metadata["texts"]).utf8))

    let entry = try #require(header?["input_ids"] as? [String: Any])
    let length = try #require(entry["shape"] as? [Int])[1]
    let offsets = try #require(entry["data_offsets"] as? [Int])
    let width = entry["dtype"] as? String == "I64" ? 8 : 4
    let bytes = Array(file[(8 + headerLength + offsets[0])..<(8 + headerLength + offsets[1])])
    let ids = stride(from: 0, to: bytes.count, by: width).map { start in
      (0..<width).reduce(0) { $0 | Int(bytes[start + $1]) << (8 * $1) }
    }
    return (texts, stride(from: 0, to: ids.count, by: length).map { Array(ids[$0..<($0 + length)]) })
  }
}
