import StandardPlugins
import PromptLearning
import TestSupport
import Testing

@Suite("Parity: the other structures compute what the published code does")
struct ParityStructuresTests {
  @Test func cocoop() throws {
    let fixture = try ParityFixture(named: "cocoop")
    var options = CoCoOp.Options()
    options.contextLength = try fixture.integer("nCtx")
    options.initialization = .random
    let net = "prompt_learner.meta_net.linear"
    try expectParity(
      of: CoCoOp(options: options), with: fixture,
      parameters: [
        "context": "prompt_learner.ctx", "hidden.weight": "\(net)1.weight", "hidden.bias": "\(net)1.bias",
        "output.weight": "\(net)2.weight", "output.bias": "\(net)2.bias",
      ])
  }

  @Test func vpt() throws {
    let fixture = try ParityFixture(named: "vpt")
    var options = VPT.Options()
    options.contextLength = try fixture.integer("nCtxVision")
    options.depth = try fixture.integer("depthVision")
    try expectParity(of: VPT(options: options), with: fixture, parameters: visionNames(depth: options.depth!))
  }

  @Test func ivlp() throws {
    let fixture = try ParityFixture(named: "ivlp")
    var options = BranchOptions()
    options.textLength = try fixture.integer("nCtxText")
    options.visionLength = try fixture.integer("nCtxVision")
    options.textDepth = try fixture.integer("depthText")
    options.visionDepth = try fixture.integer("depthVision")
    options.initialization = .random
    var names = visionNames(depth: options.visionDepth!)
    for layer in 0..<options.textDepth! {
      names["text.\(layer)"] =
        layer == 0 ? "prompt_learner.ctx" : "text_encoder.transformer.resblocks.\(layer).VPT_shallow"
    }
    try expectParity(of: IVLP(options: options), with: fixture, parameters: names)
  }

  @Test func maple() throws {
    let fixture = try ParityFixture(named: "maple")
    var options = MaPLe.Options()
    options.contextLength = try fixture.integer("nCtx")
    options.depth = try fixture.integer("depth")
    options.initialization = .random
    var names: [String: String] = [:]
    for layer in 0..<options.depth! {
      let map =
        layer == 0 ? "prompt_learner.proj" : "prompt_learner.compound_prompt_projections.\(layer - 1)"
      names["text.\(layer)"] =
        layer == 0 ? "prompt_learner.ctx" : "prompt_learner.compound_prompts_text.\(layer - 1)"
      names["map.\(layer).weight"] = "\(map).weight"
      names["map.\(layer).bias"] = "\(map).bias"
    }
    try expectParity(of: MaPLe(options: options), with: fixture, parameters: names)
  }

  private func visionNames(depth: Int) -> [String: String] {
    Dictionary(
      uniqueKeysWithValues: (0..<depth).map { layer in
        (
          "vision.\(layer)",
          layer == 0 ? "image_encoder.VPT" : "image_encoder.transformer.resblocks.\(layer).VPT_shallow"
        )
      })
  }
}
