import Basics
import CLIPModel
import PromptLearning
import StandardPlugins
import Testing

/// The rows that learned prompts put into the encoders.
@Suite struct PromptRowsTests {
  private let backbone: Backbone

  init() throws { backbone = try Backbone(named: "embedded:student") }

  private func prompt(_ text: String) throws -> LearnedPrompt {
    let structure = try PluginRegistry.standard.structure(text)
    let names = ["circle", "square"]
    let context = try PromptContext(backbone: backbone, classNames: names, template: "a photo of a {}.")
    var stream = RandomStream(name: "prompts of a test")
    return LearnedPrompt(
      structure: structure, parameters: try structure.initialParameterSet(context, from: &stream),
      backbone: backbone.name, backboneChecksum: backbone.checksum,
      classNames: text.contains("classSpecific=true") ? names : nil)
  }

  @Test(arguments: [
    "coop:contextLength=3", "vpt", "ivlp", "sapl", "sapl:rows=replaced", "sapl:unshared=q", "sapl:unshared=v",
    "sapl:unshared=kv", "sapl:unshared=none", "sapl:textLength=2,visionDepth=1",
  ])
  func everyLearnedNumberIsThereOnce(structure: String) throws {
    let prompt = try prompt(structure)
    let rows = try prompt.rows(on: backbone)
    #expect(rows.values.reduce(0) { $0 + $1.count } == prompt.parameters.count)
    for (encoder, rows) in rows {
      let configuration = backbone.configuration
      #expect(rows.shape.count == 2)
      #expect(rows.columns == (encoder == .text ? configuration.text.width : configuration.vision.width))
    }
  }

  @Test(arguments: [
    ("coop", [Modality.text]), ("vpt", [.vision]), ("maple", [.text, .vision]), ("sapl", [.text, .vision]),
    ("zero-shot", []), ("cocoop", []), ("coop:classSpecific=true", []),
  ])
  func encodersWithRowsForAll(structure: String, encoders: [Modality]) throws {
    #expect(Set(try prompt(structure).rows(on: backbone).keys) == Set(encoders))
  }

  @Test func whatMaPLeMapsIsWhatEntersTheImageEncoder() throws {
    let rows = try prompt("maple:contextLength=2,depth=3").rows(on: backbone)
    #expect(rows[.text]?.rows == 6 && rows[.vision]?.rows == 6)
  }
}
