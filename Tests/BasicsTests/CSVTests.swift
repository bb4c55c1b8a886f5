import Basics
import Foundation
import Testing

@Suite struct CSVTests {
  private func records(_ text: String) throws -> [(line: Int, fields: [String])] {
    var records: [(Int, [String])] = []
    try CSV.forEachRecord(of: Data(text.utf8), origin: "file") { record in
      records.append((record.line, try (0..<record.count).map { try record.text($0) }))
    }
    return records
  }

  @Test(arguments: [
    ("a,b\nc,d", [["a", "b"], ["c", "d"]]), ("a,b\r\nc,d\r\n", [["a", "b"], ["c", "d"]]),
    ("a\rb\r", [["a"], ["b"]]), ("a,\n,\n", [["a", ""], ["", ""]]), ("a,", [["a", ""]]),
    ("\u{FEFF}a,b", [["a", "b"]]), ("", []), ("\n\r\n\n", []), ("\"\"", [[""]]), ("\"\",\"\"\"\"", [["", "\""]]),
    ("\"a,\"\"b\"\"\r\nc\",d\n", [["a,\"b\"\r\nc", "d"]]), (" a , b ", [[" a ", " b "]]), ("ä,日本", [["ä", "日本"]]),
  ])
  func fieldsAreRead(text: String, fields: [[String]]) throws {
    #expect(try records(text).map(\.fields) == fields)
  }

  @Test func blanksAreTrimmedWhereAsked() throws {
    var texts: [String] = []
    try CSV.forEachRecord(of: Data(" a b\t,  ,\" c \",\"\"".utf8), origin: "file") { record in
      texts = try (0..<record.count).map { try record.text($0, trimmed: true) }
    }
    #expect(texts == ["a b", "", "c", ""])
  }

  @Test func linesAreCountedWithinQuotesToo() throws {
    #expect(try records("a\n\"b\nc\r\nd\"\n\n\r\ne\rf\n").map(\.line) == [1, 2, 7, 8])
  }

  @Test(arguments: [
    ("a\n\"b\nc", "file, line 2: a quote opens and never closes"), ("a\nb\"c\n", "file, line 2: a quote stands within"),
    ("a,\"b\" ,c", "file, line 1: after a closing quote"), ("\"", "file, line 1: a quote opens and never closes"),
  ])
  func whatIsNoCSVIsNamedWithItsLine(text: String, words: String) {
    let failure = #expect(throws: Failure.self) { try records(text) }
    #expect(failure?.description.hasPrefix(words) == true, "\(failure?.description ?? "")")
  }

  @Test func whatIsNotUTF8IsNamed() {
    #expect(throws: Failure("file, line 2: field 2 is not UTF-8")) {
      try CSV.forEachRecord(of: Data(Array("a,b\nc,".utf8) + [0xFF]), origin: "file") { record in
        for field in 0..<record.count { _ = try record.text(field) }
      }
    }
  }

  /// Random fields are read as they were written, and random bytes are read or refused.
  @Test func writtenFieldsComeBackAndNoBytesDoHarm() throws {
    var stream = RandomStream(name: "comma-separated values")
    let alphabet = Array("a,\"\n\r ä\u{FEFF}")
    func random(_ count: Int) -> String {
      String((0..<count).map { _ in alphabet[Int(stream.next() % UInt64(alphabet.count))] })
    }
    var refused = 0
    for _ in 0..<3000 {
      let fields = (0...stream.next() % 3).map { _ in random(Int(stream.next() % 6)) }
      // An empty line is no record, and a mark at the beginning of a file no text.
      if fields != [""] { #expect(try records("x\n" + CSV.line(fields)).last?.fields == fields) }
      do { _ = try records(random(12)) } catch is Failure { refused += 1 }
    }
    #expect(refused > 100)
  }
}
