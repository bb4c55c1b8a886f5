import Basics
import Foundation
import Testing
import Tokenization

@Suite("Byte-pair tokenizer")
struct BytePairTokenizerTests {
  struct Case: Decodable, CustomTestStringConvertible {
    let text: String
    let ids: [Int]
    let decoded: String

    var testDescription: String { text.debugDescription }

    static func all() throws -> [Case] {
      try JSONDecoder().decode([Case].self, from: Data(contentsOf: URL(fileURLWithPath: Resource.path("cases.json"))))
    }
  }

  private let tokenizer: BytePairTokenizer

  init() throws {
    tokenizer = try BytePairTokenizer(mergesFile: Resource.path("merges.txt"))
  }

  @Test("encodes and decodes as CLIP does", arguments: try Case.all())
  func agreesWithCLIP(expected: Case) {
    let ids = tokenizer.encode(expected.text)
    #expect(ids == expected.ids)
    // Scalar by scalar: equality of strings overlooks a difference in normal form.
    #expect(Array(tokenizer.decode(ids).unicodeScalars) == Array(expected.decoded.unicodeScalars))
  }

  @Test("one token by itself can be read, bytes that are no text too")
  func readable() throws {
    #expect(tokenizer.readable(tokenizer.encode("a")[0]) == "a ")
    #expect(tokenizer.readable(tokenizer.startToken) == "<|startoftext|>")
    let bytes = try BytePairTokenizer(mergesFile: Resource.path("merges.txt"), vocabularySize: 514).encode("€")
    #expect(bytes.map(tokenizer.readable) == ["<0xE2>", "<0x82>", "<0xAC> "])
  }

  @Test("a vocabulary is 512 bytes, the merges and two special tokens")
  func vocabulary() throws {
    #expect(tokenizer.vocabularySize == 512 + 100 + 2)
    #expect(tokenizer.startToken == 612)
    #expect(tokenizer.endToken == 613)

    let bytesOnly = try BytePairTokenizer(mergesFile: Resource.path("merges.txt"), vocabularySize: 514)
    #expect(bytesOnly.encode("the") == [83, 71, 324])
    #expect(bytesOnly.endToken == 513)

    let ten = try BytePairTokenizer(mergesFile: Resource.path("merges.txt"), vocabularySize: 524)
    #expect(ten.encode("the circle") == [516, 66, 72, 81, 515, 324])
    #expect(ten.startToken == 522)
  }

  @Test("merges apply by rank, wherever the word has them, and the later of two equal ones counts")
  func ranks() throws {
    let merges = try BytePairTokenizer(merges: [("b", "c"), ("a", "b"), ("ab", "c"), ("a", "bc"), ("a", "b")])
    // b c comes before a b; then a bc gives the symbol abc, whose number is the later of its two.
    #expect(merges.encode("abcd") == [515, 323])
    #expect(merges.encode("abab") == [516, 64, 321])

    let early = try BytePairTokenizer(merges: [("aa", "b</w>"), ("a", "a"), ("aa", "aa")])
    // All of the word's pairs a a are merged before aa b</w> is looked for, though that has the lower rank.
    #expect(early.encode("aaaab") == [513, 512])
    #expect(early.encode("aaaaab") == [514, 64, 321])
  }

  @Test("decoding never fails")
  func decodesAnything() {
    #expect(tokenizer.decode([-1, 614, .max, .min]) == "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}")
    #expect(tokenizer.decode([612, 320, 613]) == "<|startoftext|>a <|endoftext|>")
    // A lone continuation byte, which is no UTF-8.
    #expect(tokenizer.decode([222, 64]) == "\u{FFFD}a")
  }

  @Test("long words and deep escapes take time in proportion")
  func pathologicalTexts() {
    let clock = ContinuousClock()
    let time = clock.measure {
      #expect(tokenizer.encode(String(repeating: "th", count: 50_000)).count == 50_001)
      #expect(tokenizer.encode("&" + String(repeating: "amp;", count: 25_000)) == [261])
      #expect(tokenizer.encode(String(repeating: "&notaname", count: 10_000)).count > 10_000)
    }
    // A fraction of a second; quadratic algorithms take minutes.
    #expect(time < .seconds(20))
  }

  @Test("many threads share one tokenizer")
  func concurrentUse() async throws {
    let texts = try Resource.lines("sentences.txt")
    let fresh = try BytePairTokenizer(mergesFile: Resource.path("merges.txt"))
    let expected = texts.map(tokenizer.encode)
    await withTaskGroup(of: [[Int]].self) { group in
      for _ in 0..<8 { group.addTask { texts.map(fresh.encode) } }
      for await ids in group { #expect(ids == expected) }
    }
  }
}
