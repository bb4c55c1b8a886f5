import Basics
import CLIPModel
import Tensors
import Testing

@Suite("Working through a batch in parts changes nothing but memory")
struct MicroBatchTests {
  private static let configuration = EncoderTests.configuration

  private static func random(_ shape: [Int], _ purpose: String) -> Tensor {
    var stream = RandomStream(purpose: purpose, task: "\(shape)", seed: 1)
    return Tensor(shape: shape, stream.normals(shape.reduce(1, *), deviation: 1))
  }

  /// The result and the gradients of all prompts.
  private func run(
    _ limit: Int?, _ prompts: [Tensor], _ encode: (CLIP, [LayerPrompt]) throws -> Variable
  ) throws -> [Tensor] {
    var model = EncoderTests.weights.model
    model.activationLimit = limit
    let variables = prompts.map { Variable.parameter($0) }
    let features = try encode(model, variables.map { LayerPrompt.tokens($0) }).rowsNormalized()
    let weights = Variable(Self.random(features.shape, "weights"))
    let gradients = (features * weights).sum().gradients()
    return [features.value] + (try variables.map { try #require(gradients[$0]) })
  }

  private func expectSame(_ prompts: [Tensor], _ encode: (CLIP, [LayerPrompt]) throws -> Variable) throws {
    let whole = try run(nil, prompts, encode)
    for limit in [1, 60_000, 90_000] {
      let parts = try run(limit, prompts, encode)
      for (a, b) in zip(whole, parts) {
        #expect(a.shape == b.shape)
        #expect(zip(a.elements, b.elements).allSatisfy { abs($0 - $1) <= 2e-5 * max(1, abs($1)) }, "limit \(limit)")
      }
    }
  }

  private static let sequences: [[TextRow]] = [[7, 8, 9], [7, 8], [7, 10, 11, 12], [13]].map { name in
    [.token(58)] + (0..<3).map(TextRow.prompt) + name.map(TextRow.token) + [.token(59)]
  }

  @Test(arguments: [PromptScope.shared, .perClass, .perImage])
  func texts(scope: PromptScope) throws {
    let shape = scope == .shared ? [3, 32] : scope == .perClass ? [4, 3, 32] : [5, 3, 32]
    try expectSame([Self.random(shape, "layer 0"), Self.random(shape, "layer 1")]) { model, layers in
      try model.textFeatures(TextPrompts(sequences: Self.sequences, layers: layers, scope: scope))
    }
  }

  @Test(arguments: [PromptScope.shared, .perImage])
  func images(scope: PromptScope) throws {
    let shape = scope == .shared ? [2, 24] : [5, 2, 24]
    let images = Self.random([5, 3, 8, 8], "images")
    try expectSame([Self.random(shape, "layer 0"), Self.random(shape, "layer 1")]) { model, layers in
      model.imageFeatures(images, prompts: VisionPrompts(layers: layers, scope: scope))
    }
  }

  @Test func memoryIsCounted() {
    let prompts = VisionPrompts(layers: [LayerPrompt.tokens(Variable(Self.random([2, 24], "")))])
    let whole = MemoryCount(Self.configuration, images: 8, prompts: prompts, limit: nil)
    // 8 images of 1 + 4 rows and 2 prompts; 3 layers keep 5 · 24 + 96 floats of each.
    #expect(whole.kept == 8 * 7 * 3 * (5 * 24 + 96) * 4)
    #expect(MemoryCount(Self.configuration, images: 8, prompts: nil, limit: nil).kept == 0)
    #expect(whole.parts == 1)
    let half = MemoryCount(Self.configuration, images: 8, prompts: prompts, limit: whole.kept / 2)
    #expect(half.parts == 2 && half.kept == whole.kept / 2 && half.passing == whole.passing / 2)
    let eighth = MemoryCount(Self.configuration, images: 8, prompts: prompts, limit: 1)
    #expect(eighth.parts == 8 && eighth.kept == whole.kept / 8)
    let texts = TextPrompts(
      sequences: Self.sequences, layers: [LayerPrompt.tokens(Variable(Self.random([3, 32], "")))])
    // Start, prompts, and names with their end token.
    let rows = 1 + 3 + 10 + 4
    #expect(
      MemoryCount(Self.configuration, texts: texts, limit: nil).kept == rows * 3 * (5 * 32 + 48) * 4)
  }
}
