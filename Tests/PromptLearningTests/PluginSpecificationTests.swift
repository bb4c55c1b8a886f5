import Basics
import PromptLearning
import Testing

@Suite struct PluginSpecificationTests {
  @Test(arguments: [
    ("coop", []),
    ("coop:contextLength=4", [("contextLength", "4")]),
    ("zero-shot:template=\"a photo of a {}, a type of pet.\"", [("template", "a photo of a {}, a type of pet.")]),
    ("a:x=1,y=two words,z=\"\"", [("x", "1"), ("y", "two words"), ("z", "")]),
    (#"a:x="say \"hi\" \\ + , =""#, [("x", #"say "hi" \ + , ="#)]),
    (#"a:x=C:\path=1"#, [("x", #"C:\path=1"#)]),
    ("é-1_b.c:ü=ß", [("ü", "ß")]),
  ]) func isRead(_ text: String, _ options: [(String, String)]) throws {
    let name = String(text.prefix { $0 != ":" })
    let expected = PluginSpecification(name: name, options: options.map { (name: $0.0, value: $0.1) })
    #expect(try PluginSpecification(text) == expected)
    #expect(try PluginSpecification(expected.text) == expected)
  }

  @Test func listsAreJoinedByPlusOutsideQuotes() throws {
    #expect(
      try PluginSpecification.list("hard-label:weight=2+kd:teacher=\"a+b\",t=4+x") == [
        PluginSpecification(name: "hard-label", options: [("weight", "2")]),
        PluginSpecification(name: "kd", options: [("teacher", "a+b"), ("t", "4")]), PluginSpecification(name: "x"),
      ])
    #expect(throws: Failure.usage("\"a+b\" names 2 plugins joined by +, but one is wanted")) {
      try PluginSpecification("a+b")
    }
  }

  @Test(arguments: [
    ("", 0, "expected the name of a plugin"),
    (":x=1", 0, "expected the name of a plugin"),
    ("a++b", 2, "expected the name of a plugin"),
    ("coop:", 5, "expected the name of an option"),
    ("coop:x=1,", 9, "expected the name of an option"),
    ("coop:contextLength", 18, "expected = and a value after contextLength"),
    ("coop:x=", 7, "expected a value for x"),
    ("coop:x=,y=1", 7, "expected a value for x"),
    ("coop:x=1,y=2,x=3", 13, "x is given twice"),
    ("coop:words=\"a photo", 11, "the quote that begins here does not end"),
    ("coop:words=\"a photo\\\"", 11, "the quote that begins here does not end"),
    ("coop hard", 4, "expected a comma, a + or the end"),
    ("coop:x=\"1\"2", 10, "expected a comma, a + or the end"),
    ("coop:x=1\"2\"", 8, "expected a comma, a + or the end"),
    ("größe:x=\"ä\"ö", 11, "expected a comma, a + or the end"),
  ]) func mistakesPointAtTheirPlace(_ text: String, _ place: Int, _ what: String) {
    let caret = String(repeating: " ", count: place) + "^"
    #expect(throws: Failure.usage("\(what) at the ^:\n  \(text)\n  \(caret)")) { try PluginSpecification(text) }
  }

  @Test func whateverAValueHoldsItsTextReadsAsIt() throws {
    // The accent at the end joins what stands before it.
    let letters = Array("ab \"\\+,=:{}\n\té🙂") + ["\u{301}"]
    var stream = RandomStream(name: "specification texts")
    for _ in 0..<500 {
      let value = String(
        (0..<Int.random(in: 0...8, using: &stream)).map { _ in letters.randomElement(using: &stream)! })
      let specification = PluginSpecification(name: "a", options: [("x", value), ("y", value)])
      #expect(
        try PluginSpecification.list("\(specification.text)+\(specification.text)") == [specification, specification])
    }
  }
}
