import Basics
import StandardPlugins
import PromptLearning
import TestSupport
import Testing

@Suite struct PluginRegistryTests {
  private let registry = PluginRegistry(structures: [ZeroShot.self, CoOp.self], supervisions: [HardLabel.self])

  @Test func findsStructuresByName() throws {
    let coop = try #require(try registry.structure("coop:contextLength=4,classTokenPosition=middle") as? CoOp)
    #expect(coop.options.contextLength == 4)
    #expect(coop.options.classTokenPosition == .middle)
    #expect(try registry.structure(coop.specification.text).specification == coop.specification)
  }

  @Test func unknownNamesComeWithAGuess() {
    #expect(throws: Failure.usage("there is no structure \"cooop\"; did you mean coop? (known: zero-shot, coop)")) {
      try registry.structure("cooop")
    }
    #expect(throws: Failure.usage("there is no structure \"transformer\" (known: zero-shot, coop)")) {
      try registry.structure("transformer")
    }
  }

  @Test func supervisionsAreSumsOfTerms() throws {
    let supervision = try registry.supervision("hard-label+hard-label:weight=0.5")
    #expect(supervision.text == "hard-label:weight=1.0+hard-label:weight=0.5")
  }

  @Test func mistakesInAllTermsAreNamed() {
    #expect(
      throws: Failure.usage(
        """
        there is no supervision "hard-labl"; did you mean hard-label? (known: hard-label)
        hard-label: weight is a number from 0.0 to 1000000.0, not "-1"
        """)
    ) { try registry.supervision("hard-labl+hard-label:weight=-1") }
  }

  @Test func aPluginOfTheSameNameTakesThePlace() throws {
    let other = registry.adding(structures: [SeenCoOp.self])
    #expect(other.structures.map { $0.name } == ["zero-shot", "coop"])
    #expect(try other.structure("coop") is SeenCoOp)
    #expect(try registry.structure("coop") is CoOp)
  }
}
