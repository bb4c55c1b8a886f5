import CLIPModel
import StandardPlugins
import PromptLearning
import RPPConformance
import Testing

@Suite("The plugins that come with RPP conform")
struct StandardPluginsTests {
  private let registry = PluginRegistry(
    structures: [ZeroShot.self, CoOp.self, CoCoOp.self, VPT.self, IVLP.self, MaPLe.self, SAPL.self],
    supervisions: [HardLabel.self, SoftLabelKD.self, FeatureConsistency.self])

  @Test(arguments: [
    "zero-shot", "zero-shot:template=\"a {}|the {}, old\"",
    "coop:contextLength=4", "coop", "coop:classTokenPosition=middle,contextLength=5",
    "coop:classTokenPosition=front,contextLength=3", "coop:classSpecific=true,contextLength=2",
    "coop:classSpecific=true,classTokenPosition=middle,contextLength=3",
    "coop:classSpecific=true,classTokenPosition=front,contextLength=2",
    "cocoop", "cocoop:initialization=random,contextLength=2", "cocoop:initialization=warm,contextLength=2",
    "vpt", "vpt:depth=1", "vpt:initialization=warm,contextLength=2", "vpt:depth=3,contextLength=1",
    "ivlp", "ivlp:initialization=random,textLength=2,visionLength=3,textDepth=3,visionDepth=3",
    "ivlp:initialization=warm,contextLength=2,textDepth=1,visionDepth=3", "ivlp:contextLength=2,depth=2",
    "maple", "maple:initialization=random,depth=1", "maple:initialization=warm,depth=3",
    "sapl:space=projected,rows=carried", "sapl:space=projected,rows=replaced", "sapl:space=token,rows=carried",
    "sapl:space=token,rows=replaced", "sapl:initialization=random,depth=3,contextLength=2",
    "sapl:initialization=warm,contextLength=2,depth=2", "sapl:initialization=warm,space=token,contextLength=2,depth=1",
    "sapl:space=token,rows=replaced,depth=3,contextLength=1", "sapl:unshared=none", "sapl:unshared=q,depth=3",
    "sapl:unshared=kv", "sapl:unshared=qk,space=projected,depth=2",
    "sapl:unshared=v,initialization=warm,contextLength=2",
    // More text prompts than words.
    "ivlp:textLength=13,initialization=warm", "sapl:textLength=7,initialization=warm", "maple:contextLength=6",
    "maple:contextLength=6,initialization=warm", "cocoop:contextLength=6",
    "coop:contextLength=16,initialization=words", "coop:contextLength=6,initialization=warm,classSpecific=true",
  ])
  func structure(_ text: String) throws {
    try StructureConformance(registry.structure(text)).check()
  }

  @Test(
    "structures that start from words alone",
    arguments: [
      "coop:initialization=words", "coop:initialization=words,classSpecific=true,words=\"one two\"",
    ])
  func fixedStart(_ text: String) throws {
    try StructureConformance(registry.structure(text), startsAtRandom: false).check()
  }

  @Test(arguments: [
    "hard-label", "hard-label:weight=3", "soft-label-kd", "soft-label-kd:weight=2,temperature=4",
    "soft-label-kd:teacher=\"embedded:teacher\",template=\"a {}|the {}\"", "feature-consistency",
    "feature-consistency:imageWeight=0,textWeight=1,template=\"a {}\"",
  ])
  func supervision(_ text: String) throws {
    for term in try registry.supervision(text).terms { try SupervisionConformance(term.term).check() }
  }
}
