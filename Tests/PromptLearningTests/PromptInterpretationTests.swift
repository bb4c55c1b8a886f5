import Basics
import CLIPModel
import Optimization
import PromptLearning
import StandardPlugins
import Tensors
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

  @Test func rowsThatAreNotLearnedAreLeftOut() throws {
    let prompt = LearnedPrompt(
      structure: ConstantFirstLayer(),
      parameters: ParameterSet(["row": Tensor(shape: [1, backbone.configuration.text.width], repeating: 0.1)]),
      backbone: backbone.name, backboneChecksum: backbone.checksum, classNames: nil)
    let interpretation = try prompt.interpretation(on: backbone)
    #expect(interpretation.vectors.isEmpty)
    #expect(interpretation.notes.contains { $0.contains("constants are not learned") })
    #expect(interpretation.notes.contains { $0.contains("(layer 1, counted from 0)") })
  }

  @Test func anotherBackboneIsRefused() throws {
    let prompt = try prompt("coop:contextLength=2")
    #expect(throws: Failure.self) { try prompt.interpretation(on: Backbone(named: "embedded:teacher")) }
  }
}

/// A word in layer 0, a learned row in layer 1.
private struct ConstantFirstLayer: PromptStructure {
  static let name = "constant-first-layer"
  static let summary = "For a test."
  static let paper: String? = nil
  static let publishedRecipe: TrainingRecipe? = nil
  static let row = LearnedTensor("row")
  let options: NoOptions
  init(options: NoOptions = NoOptions()) { self.options = options }

  func initialParameters(_ context: PromptContext, from stream: inout RandomStream) -> [LearnedTensor: Tensor] {
    [Self.row: Tensor(shape: [1, context.configuration.text.width], repeating: 0.1)]
  }

  func prompts(_ input: PromptInput) throws -> Prompts {
    let word = Variable(input.context.embeddings(of: Array(try input.context.tokens(of: "photo").prefix(1))))
    return Prompts(texts: [
      TextPrompts(
        sequences: input.context.sequences(promptLength: 1), layers: [.tokens(word), .tokens(try input[Self.row])])
    ])
  }
}
