import Basics
import Testing

@Suite struct PrintableTextTests {
  @Test(arguments: [
    ("cat", "cat"), ("Bär, 猫, 👩‍🚀, नमस्ते", "Bär, 猫, 👩‍🚀, नमस्ते"), ("\u{1B}[2Jcat", "\\u{1B}[2Jcat"),
    ("a\nrpp: fake", "a\\nrpp: fake"), ("a\r\nb\tc", "a\\r\\nb\\tc"), ("\u{9B}31m\u{7F}", "\\u{009B}31m\\u{7F}"),
    ("tac\u{202E}gpj.exe", "tac\\u{202E}gpj.exe"), ("\u{2066}x\u{2028}", "\\u{2066}x\\u{2028}"),
  ]) func whatATerminalWouldObeyIsShownInLetters(_ text: String, _ shown: String) {
    #expect(text.printable == shown)
    #expect(shown.printable == shown)
  }

  @Test func linesCanStayLines() {
    #expect("a\nb\u{1B}c\r\n".printableLines == "a\nb\\u{1B}c\\r\n")
  }

  @Test func failuresArePrintable() {
    #expect(Failure("a\nb: \u{1B}[0m").description == "a\\nb: \\u{1B}[0m")
    #expect(Failure.usage("one\ntwo \u{1B}[0m").description == "one\ntwo \\u{1B}[0m")
  }
}
