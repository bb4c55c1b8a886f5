import Basics
import CLIPModel
import StandardPlugins
import PromptLearning
import Testing

/// What lists of plugins say, and what users read who mistype one.
@Suite struct PluginListingTests {
  private static let registry = PluginRegistry(
    structures: [ZeroShot.self, CoOp.self, CoCoOp.self, VPT.self, IVLP.self, MaPLe.self, SAPL.self],
    supervisions: [HardLabel.self])

  /// Sizes as OpenAI's ViT-B/16, without a tokenizer unless RPP_MERGES is set.
  private static let largest = Result { try Backbone(named: "random:ViT-B-16") }

  /// The numbers of the published code at the published settings.
  @Test(
    arguments: [
      ("zero-shot", 0), ("coop", 8192), ("coop:classSpecific=true", 10 * 8192), ("cocoop", 35_360), ("vpt", 73_728),
      ("ivlp", 46_080), ("maple", 3_555_072),
      // Three rows a layer and one token in each encoder; two rows a layer, one query and one token.
      ("sapl", 4 * (3 * 9 + 1) * (512 + 768)), ("sapl:rows=replaced", 4 * (2 * 9 + 2) * (512 + 768)),
      ("sapl:depth=12", 4 * 2 * 12 * (512 + 768)),
      // As many as IVLP; a token a layer and one query; keys, values and one token; two rows a layer, and one query.
      ("sapl:unshared=none", 46_080), ("sapl:unshared=q", 4 * (9 + 1) * (512 + 768)),
      ("sapl:unshared=kv", 4 * (2 * 9 + 1) * (512 + 768)), ("sapl:unshared=qk", 4 * (2 * 9 + 1) * (512 + 768)),
    ])
  func learnedParameters(_ text: String, count: Int) throws {
    let structure = try Self.registry.structure(text)
    #expect(try LearnedSize(of: structure, on: Self.largest.get(), classCount: 10).parameters == count)
  }

  @Test func optionsAreDescribed() throws {
    let length = try #require(CoOp.optionDescriptions.first { $0.name == "contextLength" })
    #expect(length.type == .integer)
    #expect(length.defaultValue == "auto")
    #expect(length.allowed == "auto or a whole number from 1 to 64")
    let types = Dictionary(uniqueKeysWithValues: CoOp.optionDescriptions.map { ($0.name, $0.type) })
    #expect(types["classTokenPosition"] == .choice)
    #expect(types["classSpecific"] == .flag)
    #expect(types["words"] == .text)
    #expect(SoftLabelKD.optionDescriptions.first?.type == .number)
    // Shorthands are listed as what they set.
    let depth = try #require(SAPL.optionDescriptions.first { $0.name == "depth" })
    #expect(depth.type == .integer)
    #expect(depth.summary.contains("textDepth"))
  }

  /// Every message names the plugin or option, what was given, and what would be correct.
  @Test(
    arguments: [
      ("cop", ["\"cop\"", "did you mean coop?", "zero-shot"]),
      ("coop:contextLenght=4", ["coop", "\"contextLenght\"", "did you mean contextLength?"]),
      ("coop:contextLength=four", ["contextLength", "\"four\"", "a whole number from 1 to 64"]),
      ("coop:contextLength=0", ["contextLength", "\"0\"", "a whole number from 1 to 64"]),
      ("coop:classSpecific=yes", ["classSpecific", "\"yes\"", "true or false"]),
      ("coop:classTokenPosition=back", ["classTokenPosition", "\"back\"", "end, middle, front"]),
      ("ivlp:depth=none", ["depth", "\"none\"", "auto or a whole number from 1 to 128"]),
      ("sapl:space=tokens,rows=kept", ["space", "\"tokens\"", "token, projected", "rows", "\"kept\"", "carried"]),
      ("sapl:unshared=qx", ["sapl: unshared is one or more of the letters q, k, v, or none, not \"qx\""]),
      ("sapl:unshared=qq", ["\"qq\""]), ("sapl:unshared=\"\"", ["or none, not \"\""]),
    ])
  func mistakes(_ text: String, says parts: [String]) throws {
    let failure = try #require(throws: Failure.self) { try Self.registry.structure(text) }
    #expect(failure.kind == .usage)
    for part in parts { #expect(failure.description.contains(part), "\(failure)") }
  }

  /// However letters are ordered, records name them in one way.
  @Test(arguments: [("vkq", "qkv"), ("kq", "qk"), ("v", "v"), ("none", "none")])
  func letters(_ text: String, record: String) throws {
    let structure = try Self.registry.structure("sapl:unshared=\(text)")
    #expect(structure.specification.options.first { $0.name == "unshared" }?.value == record)
    #expect(SAPL.optionDescriptions.first { $0.name == "unshared" }?.type == .letters)
  }

  @Test func mistakenSupervisions() throws {
    let name = try #require(throws: Failure.self) { try Self.registry.supervision("hard-label+hard-labels") }
    #expect(name.description.contains("did you mean hard-label?"))
    let value = try #require(throws: Failure.self) { try Self.registry.supervision("hard-label:weight=-1") }
    #expect(value.description.contains("weight is a number from 0.0 to 1000000.0, not \"-1\""))
  }

  /// What fits no layer of the backbone is said when sizes are known.
  @Test func depthBeyondTheModel() throws {
    let structure = try Self.registry.structure("ivlp:textDepth=13")
    let failure = try #require(throws: Failure.self) {
      try LearnedSize(of: structure, on: Self.largest.get(), classCount: 10)
    }
    #expect(failure.kind == .usage)
    #expect(failure.description.contains("textDepth is 13") && failure.description.contains("12"))
  }
}
