import Basics
import StandardPlugins
import PromptLearning
import Testing

@Suite struct PluginOptionsTests {
  enum Side: String, CaseIterable, Sendable { case left, right }

  struct Every: PluginOptions, Equatable {
    var count = 4
    var rate = 0.5
    var isOn = false
    var side = Side.left
    var words = "a photo"
    static var all: [PluginOption<Every>] {
      [
        .integer("count", \.count, in: 1...64, "how many"), .number("rate", \.rate, in: 0...1, "how fast"),
        .flag("isOn", \.isOn, "whether"), .choice("side", \.side, "where"), .text("words", \.words, "what"),
      ]
    }
  }

  @Test func everyKindIsReadAndWritten() throws {
    let options = try Every(try PluginSpecification("p:count=64,rate=1e-3,isOn=true,side=right,words=\"\""))
    #expect(options.count == 64)
    #expect(options.rate == 0.001)
    #expect(options.isOn)
    #expect(options.side == .right)
    #expect(options.words == "")
    #expect(try Every(PluginSpecification(name: "p", options: options.values)) == options)
  }

  @Test func whatIsNotGivenIsTheDefault() throws {
    #expect(try Every(try PluginSpecification("p:rate=1")).count == 4)
    #expect(try Every(try PluginSpecification("p")) == Every())
    #expect(Every().values.map(\.value) == ["4", "0.5", "false", "left", "a photo"])
  }

  @Test func allMistakesAreNamedAtOnce() {
    let text = "p:count=65,rate=nan,isOn=yes,side=up,wrods=x"
    #expect(
      throws: Failure.usage(
        """
        p: count is a whole number from 1 to 64, not "65"
        p: rate is a number from 0.0 to 1.0, not "nan"
        p: isOn is true or false, not "yes"
        p: side is left, right, not "up"
        p: there is no option "wrods"; did you mean words? (known: count, rate, isOn, side, words)
        """)
    ) { try Every(try PluginSpecification(text)) }
  }

  @Test(arguments: ["", "4.0", "0", "-1", "99999999999999999999", "four", " 4"])
  func whatIsNoCountIsRefused(_ value: String) {
    #expect(throws: Failure.self) { try Every(PluginSpecification(name: "p", options: [("count", value)])) }
  }

  @Test func aPluginWithoutOptionsTakesNone() throws {
    _ = try NoOptions(try PluginSpecification("p"))
    #expect(throws: Failure.usage("p has no options, so no \"x\"")) { try NoOptions(try PluginSpecification("p:x=1")) }
  }

  @Test func descriptionsTellTheDefaults() {
    let length = CoOp.optionDescriptions[0]
    #expect(length.name == "contextLength")
    #expect(length.defaultValue == "auto")
    #expect(length.allowed == "auto or a whole number from 1 to 64")
  }
}
