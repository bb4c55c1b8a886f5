import Basics
import CLIPModel
import PromptLearning
import StandardPlugins
import Testing

/// The words nearest to learned vectors.
@Suite struct PromptInterpretationTests {
  private let backbone: Backbone

  init() throws { backbone = try Backbone(named: "embedded:student") }

  private func prompt(_ text: String, _ names: [String] = ["circle", "square"]) throws -> LearnedPrompt {
    let structure = try PluginRegistry.standard.structure(text)
    let context = try PromptContext(backbone: backbone, classNames: names, template: "a photo of a {}.")
    var stream = RandomStream(name: "prompts of a test")
    let parameters = try structure.initialParameterSet(context, from: &stream)
    let isClassSpecific = text.contains("classSpecific=true")
    return LearnedPrompt(
      structure: structure, parameters: parameters, backbone: backbone.name, backboneChecksum: backbone.checksum,
      classNames: isClassSpecific ? names : nil)
  }

  @Test func vectorsThatAreWordsFindThemselves() throws {
    let words = "a picture of a"
    let interpretation = try prompt("coop:initialization=words,words=\"\(words)\"").interpretation(
      on: backbone, words: 3)
    let tokens = Array(try backbone.tokens(of: words).dropFirst().dropLast())
    #expect(interpretation.vectors.map { $0.nearest[0].token } == tokens)
    #expect(interpretation.vectors.map { $0.mostSimilar[0].token } == tokens)
    #expect(interpretation.vectors.map(\.index) == Array(tokens.indices))
    #expect(interpretation.notes.isEmpty)
    for vector in interpretation.vectors {
      #expect(vector.nearest.count == 3 && vector.className == nil && vector.part == "tokens")
      #expect(vector.nearest[0].distance < 1e-2 && abs(vector.nearest[0].cosine - 1) < 1e-4)
      #expect(vector.nearest.map(\.distance) == vector.nearest.map(\.distance).sorted())
      #expect(vector.mostSimilar.map(\.cosine) == vector.mostSimilar.map(\.cosine).sorted(by: >))
    }
    #expect(interpretation.vectors[0].nearest[0].text == "a")
    #expect(interpretation.meanEmbeddingNorm > 0)
  }

  @Test func vectorsOfEachClassNameTheirClass() throws {
    let interpretation = try prompt("coop:contextLength=2,classSpecific=true").interpretation(on: backbone)
    #expect(interpretation.vectors.map(\.className) == ["circle", "circle", "square", "square"])
    #expect(interpretation.vectors.map(\.index) == [0, 1, 0, 1])
  }

  @Test(arguments: [
    ("maple", ["later layers", "image encoder"], ["tokens"]), ("vpt", ["no learned vectors", "image encoder"], []),
    ("zero-shot", ["no learned vectors"], []), ("sapl", ["later layers"], ["keys", "queries", "values"]),
  ])
  func whatIsNoWordIsSaidToBeThere(structure: String, notes: [String], parts: [String]) throws {
    let interpretation = try prompt(structure).interpretation(on: backbone)
    for note in notes {
      #expect(interpretation.notes.contains { $0.contains(note) }, "\(structure): \(interpretation.notes)")
    }
    #expect(Set(interpretation.vectors.map(\.part)).isSuperset(of: parts), "\(structure)")
  }

  @Test func anotherBackboneIsRefused() throws {
    let prompt = try prompt("coop:contextLength=2")
    #expect(throws: Failure.self) { try prompt.interpretation(on: Backbone(named: "embedded:teacher")) }
  }
}
