import Basics
import CLIPModel
import StandardPlugins
import Optimization
import PromptLearning
import Tensors
import TestSupport
import Testing

@Suite("Parity: CoOp computes what the published code does")
struct ParityCoOpTests {
  @Test(arguments: [
    "coop_end", "coop_middle", "coop_front", "coop_end_csc", "coop_middle_csc", "coop_front_csc",
  ])
  func agrees(_ name: String) throws {
    let fixture = try ParityFixture(named: name)
    var options = CoOp.Options()
    options.contextLength = try fixture.integer("nCtx")
    options.classTokenPosition = try #require(
      ClassTokenPosition(rawValue: fixture.metadata["classTokenPosition"] ?? ""))
    options.classSpecific = fixture.metadata["classSpecific"] == "True"
    try expectParity(
      of: CoOp(options: options), with: fixture, parameters: ["context": "prompt_learner.ctx"])
  }
}
