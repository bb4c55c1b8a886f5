import Basics
import Foundation
import Testing
import Tokenization

@Suite("Merges files")
struct MergesFileTests {
  /// `bpe_simple_vocab.txt#version: 0.2`, `a b`, `ab c</w>`, `x y</w>`.
  private static let gzip =
    Data(
      base64Encoded: "H4sIAAAAAAACA0sqSI0vzswtyEmNL8tPTkzSK6koUS5LLSrOzM+zUjDQM+JKVEjiSkxSSLbRL7fjqlCoBNMAZjVFUDcAAAA="
    ) ?? Data()

  private func failure(_ contents: Data, vocabularySize: Int? = nil) throws -> String? {
    try Resource.withFile(contents) { path in
      do {
        _ = try BytePairTokenizer(mergesFile: path, vocabularySize: vocabularySize)
        return nil
      } catch let failure as Failure {
        #expect(failure.kind == .failure)
        return failure.description.replacingOccurrences(of: path, with: "FILE")
      }
    }
  }

  @Test("gzip, plain text, a missing header and DOS line ends are read alike")
  func forms() throws {
    let pairs = "a b\nab c</w>\nx y</w>"
    let plain = [
      "#version: 0.2\n\(pairs)", "\(pairs)\n\n", "merges of a test\n\(pairs)\n",
      "#version: 0.2\n\(pairs)\n".replacingOccurrences(of: "\n", with: "\r\n"),
    ]
    for contents in plain.map({ Data($0.utf8) }) + [Self.gzip] {
      try Resource.withFile(contents) { path in
        let tokenizer = try BytePairTokenizer(mergesFile: path)
        #expect(tokenizer.vocabularySize == 517)
        #expect(tokenizer.encode("abc xy") == [513, 514])
      }
    }
  }

  @Test("a line that is no pair is named by its number")
  func badLines() throws {
    for line in ["a", "a b c", "a  b", "", " b", "a </w>b c", "a 日", "a\tb", "404 Not Found"] {
      let message = try failure(Data("#version: 0.2\na b\n\(line)\nb c\n".utf8))
      #expect(
        message == "FILE, line 3: \(line.debugDescription) is not a merge, two symbols of CLIP's alphabet and a space")
    }
    let long = try #require(try failure(Data("a b\n\(String(repeating: "x", count: 1000))".utf8)))
    #expect(long.count < 200)
  }

  @Test("lines after the vocabulary's merges are not looked at")
  func restIsIgnored() throws {
    #expect(try failure(Data("#version: 0.2\na b\nnot a merge\n".utf8), vocabularySize: 515) == nil)
  }

  @Test("too few merges, and a vocabulary without room for the bytes")
  func sizes() throws {
    let contents = Data("#version: 0.2\na b\nc d\n".utf8)
    #expect(
      try failure(contents, vocabularySize: 49408) == "FILE has 2 merges, and a vocabulary of 49408 needs 48894")
    for size in [513, 0, -1, Int.min] {
      let message = try #require(try failure(contents, vocabularySize: size))
      #expect(message.hasPrefix("a vocabulary of \(size) is too small: CLIP's has at least 514 tokens"))
    }
    #expect(try failure(contents, vocabularySize: .max)?.contains("has 2 merges") == true)
  }

  @Test("files that are missing, damaged or something else")
  func damage() throws {
    #expect(throws: Failure("cannot read /nowhere/merges.txt: No such file or directory")) {
      try BytePairTokenizer(mergesFile: "/nowhere/merges.txt")
    }
    #expect(throws: Failure("cannot read /tmp: a directory, not a file")) {
      try BytePairTokenizer(mergesFile: "/tmp")
    }
    #expect(
      try failure(Data([0xFF, 0xD8, 0xFF, 0xE0, 0x0A, 0x00]))
        == "FILE, line 1: a merges file is UTF-8 text, or such text compressed by gzip")
    #expect(
      try failure(Data("a b\nc\0 d\n".utf8))
        == "FILE, line 2: a merges file is UTF-8 text, or such text compressed by gzip")
    for length in 12..<Self.gzip.count {
      #expect(try failure(Self.gzip.prefix(length)) == "FILE is damaged: its gzip data end too early")
    }
    for index in 10..<Self.gzip.count {
      var flipped = Self.gzip
      flipped[index] ^= 0x10
      let message = try failure(flipped)
      #expect(message?.hasPrefix("FILE is damaged: its gzip data") == true, "byte \(index): \(message ?? "no failure")")
    }
  }

  @Test("a small file that unpacks to much is not unpacked")
  func bombs() throws {
    // As gzip 33 kB; of 256 MB of empty lines, which were read before, the list alone would have had 8 GB.
    let lines = Data(repeating: UInt8(ascii: "\n"), count: 32 << 20 + 1)
    #expect(try failure(lines) == "FILE is no merges file: its contents are larger than 32 MiB")
    #expect(try failure(Data("a b\n".utf8) + lines.dropFirst(5)) == nil)
  }

  @Test("merges in memory are checked too")
  func mergesInMemory() {
    #expect(throws: Failure("merge 2, \"b\" and \"日\", is not two symbols of CLIP's alphabet")) {
      try BytePairTokenizer(merges: [("a", "b"), ("b", "日")])
    }
  }
}
