import Basics
import PromptLearning
import Testing

@Suite struct PluginListTests {
  @Test(arguments: [
    ("coop", ["coop"]), ("coop,maple", ["coop", "maple"]),
    (
      "coop:contextLength=4,classTokenPosition=front,maple", ["coop:contextLength=4,classTokenPosition=front", "maple"]
    ),
    (
      "hard-label,hard-label+soft-label-kd:weight=1,teacher=embedded:teacher",
      ["hard-label", "hard-label+soft-label-kd:weight=1,teacher=embedded:teacher"]
    ),
    (
      "a,zero-shot:template=\"a, b=c {}\",b:x=\"d,e\",y=1",
      ["a", "zero-shot:template=\"a, b=c {}\"", "b:x=\"d,e\",y=1"]
    ),
    ("coop, maple", ["coop", "maple"]), ("a:x=1, y=2,  b", ["a:x=1, y=2", "b"]),
    ("a:x=1,b:y=2", ["a:x=1", "b:y=2"]), ("a:x=C:\\p,b", ["a:x=C:\\p", "b"]),
  ])
  func isRead(_ text: String, _ elements: [String]) throws {
    #expect(try PluginList(text).elements == elements)
  }

  @Test(arguments: [
    ("", 0, "expected the name of a plugin"), ("coop,", 5, "expected the name of a plugin"),
    ("coop,,maple", 5, "expected the name of a plugin"), ("coop:x=1,", 9, "expected the name of a plugin"),
    ("coop,x=1", 4, "expected a colon before the options of coop"),
    ("a+coop,x=1", 6, "expected a colon before the options of coop"),
    ("coop:x=1,x=2", 9, "x is given twice"), ("coop maple", 4, "expected a comma, a + or the end"),
    ("a,coop:words=\"a photo", 13, "the quote that begins here does not end"),
  ])
  func mistakesPointAtTheirPlace(_ text: String, _ place: Int, _ what: String) {
    let caret = String(repeating: " ", count: place) + "^"
    #expect(throws: Failure.usage("\(what) at the ^:\n  \(text)\n  \(caret)")) { try PluginList(text) }
  }

  /// What a list gives out names what it was made of.
  @Test func whateverItsElementsHoldTheyAreReadAgain() throws {
    let letters = Array("ab \"\\+,=:{}")
    var stream = RandomStream(name: "lists of specifications")
    for _ in 0..<200 {
      let texts = (0..<3).map { index in
        let value = String((0..<6).map { _ in letters.randomElement(using: &stream)! })
        return PluginSpecification(name: "p\(index)", options: [("x", value), ("y", value)]).text
      }
      #expect(try PluginList(texts.joined(separator: ",")).elements == texts)
    }
  }
}
