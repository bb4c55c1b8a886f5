import Basics
import CLIPModel
import StandardPlugins
import PromptLearning
import Tensors
import Testing

@Suite("Of text prompts that are more than the words, the first start from these and the others at random")
struct LongPromptsTests {
  private static let registry = PluginRegistry(
    structures: [CoOp.self, CoCoOp.self, IVLP.self, MaPLe.self, SAPL.self], supervisions: [])
  private static let weights = BackboneWeights(
    random: CLIPConfiguration(
      text: .init(width: 24, layers: 3, heads: 3), vision: .init(width: 32, layers: 3, heads: 2), embedDimension: 16,
      contextLength: 16, vocabularySize: 20, patchSize: 4, imageSize: 8, activation: .quickGELU), seed: 5)

  /// A tokenizer for class names and templates whose words are numbers: each is its own token.
  private func context() throws -> PromptContext {
    let images = Tensor(shape: [1, 3, 8, 8], repeating: 0.5)
    return try PromptContext(
      weights: Self.weights, classNames: ["3", "4 5"], template: "{}",
      tokenize: { $0 == "." ? [7] : $0.split(separator: " ").compactMap { Int($0) } }, sampleImages: { images })
  }

  private func start(_ text: String) throws -> [String: Tensor] {
    var stream = RandomStream(name: "long-prompts")
    let tensors = try Self.registry.structure(text).initialParameters(try context(), from: &stream)
    return Dictionary(uniqueKeysWithValues: tensors.map { ($0.key.name, $0.value) })
  }

  /// Two words for five prompts; the text prompts' tensors by layer.
  @Test(arguments: [
    ("ivlp:textLength=5", "ivlp:textLength=2", ["text.0", "text.1"]),
    ("sapl:textLength=5,space=token", "sapl:textLength=2,space=token", ["text.0.keys", "text.1.keys"]),
    ("maple:contextLength=5", "maple:contextLength=2", ["text.0", "text.1"]),
    ("cocoop:contextLength=5", "cocoop:contextLength=2", ["context"]),
  ])
  func startsFromWordsThenAtRandom(_ long: String, _ short: String, names: [String]) throws {
    let (random, words, warm) = (
      try start("\(long),initialization=random"), try start("\(long),initialization=words,words=\"1 2\""),
      try start("\(long),initialization=warm,words=\"1 2\"")
    )
    let shortWarm = try start("\(short),initialization=warm,words=\"1 2\"")
    for (layer, name) in names.enumerated() {
      let drawn = try #require(random[name])
      if layer == 0 {
        #expect(words[name]?.rows(0..<2) == (try context().embeddings(of: [1, 2])))
      } else {
        #expect(words[name] == drawn)
      }
      // What is drawn is the same numbers as without words, so that what existed before has not changed.
      #expect(words[name]?.rows(2..<5) == drawn.rows(2..<5))
      #expect(warm[name]?.rows(0..<2) == shortWarm[name])
      #expect(warm[name]?.rows(2..<5) == drawn.rows(2..<5))
    }
  }

  @Test func coopDrawsEachClassItsOwn() throws {
    let shared = try #require(try start("coop:contextLength=5,initialization=words,words=\"1 2\"")["context"])
    #expect(shared.shape == [5, 24])
    let embeddings = try context().embeddings(of: [1, 2])
    #expect(shared.rows(0..<2) == embeddings)
    let deviation = (shared.rows(2..<5).elements.reduce(0) { $0 + $1 * $1 } / 72).squareRoot()
    #expect((0.015...0.025).contains(deviation))
    let specific = try #require(
      try start("coop:contextLength=5,initialization=warm,words=\"1 2\",classSpecific=true")["context"])
    #expect(specific.shape == [2, 5, 24])
    let rows = specific.reshaped([10, 24])
    #expect(rows.rows(0..<2) == embeddings && rows.rows(5..<7) == embeddings)
    #expect(rows.rows(2..<5) != rows.rows(7..<10))
  }

  /// `[SOS] [words' prompts] [random prompts] [name] [.] [EOS]`, and a note of one line.
  @Test(arguments: ["ivlp:textLength=5", "sapl:textLength=5", "maple:contextLength=5", "coop:contextLength=5"])
  func standBeforeTheNameAndAreSaid(_ text: String) throws {
    let structure = try Self.registry.structure("\(text),initialization=words,words=\"1 2\"")
    let parameters = try start("\(text),initialization=words,words=\"1 2\"").mapValues { Variable($0) }
    let prompts = try structure.prompts(
      PromptInput(parameters: parameters, context: try context()) { fatalError("no images") })
    #expect(
      prompts.texts[0].sequences[1]
        == [.token(18)] + (0..<5).map { .prompt($0) } + [.token(4), .token(5), .token(7), .token(19)])
    #expect(
      try structure.notes(try context())
        == ["of 5 text prompts the first 2 start from \"1 2\", those behind them at random"])
    let exact = try Self.registry.structure("\(text),initialization=words,words=\"1 2 3 4 5\"")
    #expect(try exact.notes(try context()).isEmpty)
    let random = try Self.registry.structure("\(text),initialization=random")
    #expect(try random.notes(try context()).isEmpty)
  }

  @Test(arguments: ["ivlp", "cocoop", "maple", "coop", "sapl"])
  func noWordsAreRefused(_ name: String) throws {
    let failure = #expect(throws: Failure.self) { try start("\(name):initialization=words,words=\"\"") }
    #expect(failure?.kind == .usage)
    #expect(failure?.description.contains("words") == true)
  }

  @Test func coopRefusesFewerVectorsThanWords() throws {
    let failure = #expect(throws: Failure.self) { try start("coop:contextLength=1,initialization=words,words=\"1 2\"") }
    #expect(failure?.kind == .usage)
    #expect(failure?.description.contains("give at least 2") == true)
  }
}
