import Basics
import Foundation
import Testing
import Tokenization

@Suite("Learning merges")
struct MergesLearnerTests {
  @Test("the same merges as another program, and the same file")
  func sameAsReference() throws {
    let merges = MergesLearner.learnMerges(from: try Resource.lines("sentences.txt"), count: 200)
    // Of 200 asked for: no further pair occurs twice.
    #expect(merges.count == 100)
    try Resource.withFile(Data()) { path in
      try MergesLearner.write(merges: merges, to: path)
      let written = try Data(contentsOf: URL(fileURLWithPath: path))
      #expect(try written == Data(contentsOf: URL(fileURLWithPath: Resource.path("merges.txt"))))
    }
  }

  @Test("the order of the texts does not matter")
  func orderOfTexts() throws {
    let texts = try Resource.lines("sentences.txt")
    let merges = MergesLearner.learnMerges(from: texts, count: 60)
    #expect(merges.count == 60)
    let reversed = MergesLearner.learnMerges(from: texts.reversed(), count: 60)
    #expect(merges.elementsEqual(reversed, by: ==))
  }

  @Test("the most frequent pair first, of equals the first in the vocabulary, until none occurs twice")
  func rules() {
    // a b three times, then ab c</w> twice; b d and d e occur once each.
    let merges = MergesLearner.learnMerges(from: ["abc ABC", "abde"], count: 10)
    #expect(merges.map { "\($0) \($1)" } == ["a b", "ab c</w>"])
    // Four pairs occur twice each: letters inside of words come before those at the end.
    let ties = MergesLearner.learnMerges(from: ["xyz abc", "xyz abc"], count: 10)
    #expect(ties.map { "\($0) \($1)" } == ["a b", "x y", "ab c</w>", "xy z</w>"])
    // Overlapping pairs: aaa has a a once before its end.
    #expect(MergesLearner.learnMerges(from: ["aaaaa"], count: 10).map { "\($0) \($1)" } == ["a a"])
    #expect(MergesLearner.learnMerges(from: ["<|endoftext|> <|endoftext|>", "", "a b c"], count: 10).isEmpty)
    #expect(MergesLearner.learnMerges(from: ["aa aa"], count: 0).isEmpty)
  }

  @Test("every word of a small world becomes one token")
  func wholeWords() throws {
    let texts = try Resource.lines("sentences.txt")
    let tokenizer = try BytePairTokenizer(merges: MergesLearner.learnMerges(from: texts + texts, count: 1000))
    for text in texts {
      let words = tokenizer.decode(tokenizer.encode(text)).split(separator: " ")
      #expect(tokenizer.encode(text).count == words.count)
    }
  }

  @Test("symbols that a file cannot hold are refused")
  func refusesOddSymbols() {
    #expect(throws: Failure.self) { try MergesLearner.write(merges: [("a b", "c")], to: "/tmp/never-written") }
    #expect(!FileManager.default.fileExists(atPath: "/tmp/never-written"))
  }
}
