import Basics
import CLIPModel
import Tensors
import Testing

/// What the encoders compute does not depend on how sequences are packed and batched.
struct EncoderTests {
  static let configuration = CLIPConfiguration(
    text: .init(width: 32, layers: 3, heads: 2, hiddenWidth: 48), vision: .init(width: 24, layers: 3, heads: 3),
    embedDimension: 20, contextLength: 16, vocabularySize: 60, patchSize: 4, imageSize: 8, activation: .quickGELU)
  static let weights = BackboneWeights(random: configuration, seed: 3)
  let model = Self.weights.model

  private static func random(_ shape: [Int], _ purpose: String) -> Tensor {
    var stream = RandomStream(purpose: purpose, task: "\(shape)", seed: 1)
    return Tensor(shape: shape) { out in
      for index in out.indices { out[index] = Float(stream.normal()) }
    }
  }

  private static let names = [[7, 8, 9], [7, 8], [7, 10, 11, 12], [13]]
  /// Start, three prompts, and each name.
  private static let sequences: [[TextRow]] = names.map { name in
    [.token(58)] + (0..<3).map(TextRow.prompt) + name.map(TextRow.token) + [.token(4), .token(59)]
  }
  /// The same with the prompts behind the name, where nothing of them is shared.
  private static let trailing: [[TextRow]] = names.map { name in
    [.token(58)] + name.map(TextRow.token) + (0..<3).map(TextRow.prompt) + [.token(59)]
  }

  /// Whether the rows are the same but for rounding.
  private func agree(_ a: Tensor, _ b: Tensor) -> Bool {
    a.shape == b.shape && zip(a.elements, b.elements).allSatisfy { abs($0 - $1) <= 1e-5 * max(1, abs($1)) }
  }

  private func features(_ sequences: [[TextRow]], _ layers: [Tensor], _ scope: PromptScope) throws -> Tensor {
    let layers = layers.map { LayerPrompt.tokens(Variable($0)) }
    return try model.textFeatures(TextPrompts(sequences: sequences, layers: layers, scope: scope)).value
  }

  @Test(arguments: [false, true])
  func sharedPromptsGiveWhatEachClassGivesAlone(isTrailing: Bool) throws {
    let sequences = isTrailing ? Self.trailing : Self.sequences
    let layers = [Self.random([3, 32], "layer 0"), Self.random([3, 32], "layer 1")]
    let all = try features(sequences, layers, .shared)
    #expect(all.shape == [4, 20])
    for (label, sequence) in sequences.enumerated() {
      #expect(agree(all.rows(label..<label + 1), try features([sequence], layers, .shared)), "class \(label)")
    }
  }

  @Test(arguments: [false, true])
  func promptsOfClassesGiveWhatEachClassGivesAlone(isTrailing: Bool) throws {
    let sequences = isTrailing ? Self.trailing : Self.sequences
    let layers = [Self.random([4, 3, 32], "layer 0"), Self.random([4, 3, 32], "layer 1")]
    let all = try features(sequences, layers, .perClass)
    for (label, sequence) in sequences.enumerated() {
      let own = layers.map { $0.rows(3 * label..<3 * label + 3) }
      #expect(agree(all.rows(label..<label + 1), try features([sequence], own, .shared)), "class \(label)")
    }
  }

  @Test(arguments: [false, true])
  func promptsOfImagesGiveWhatEachImageGivesAlone(isTrailing: Bool) throws {
    let sequences = isTrailing ? Self.trailing : Self.sequences
    let layers = [Self.random([5, 3, 32], "layer 0"), Self.random([5, 3, 32], "layer 1")]
    let all = try features(sequences, layers, .perImage)
    #expect(all.shape == [20, 20])
    for image in 0..<5 {
      let own = layers.map { $0.rows(3 * image..<3 * image + 3) }
      #expect(agree(all.rows(4 * image..<4 * image + 4), try features(sequences, own, .shared)), "image \(image)")
    }
  }

  @Test func promptsCollectTheGradientsOfAllClasses() throws {
    let (tokens, weight) = (Self.random([3, 32], "layer 0"), Variable(Self.random([1, 20], "weight")))
    func gradient(_ sequences: [[TextRow]]) throws -> Tensor {
      let prompt = Variable.parameter(tokens)
      let prompts = TextPrompts(sequences: sequences, layers: [LayerPrompt.tokens(prompt)])
      let gradients = try model.textFeatures(prompts).linear(weight: weight).sum().gradients()
      return try #require(gradients[prompt])
    }
    let alone = try Self.sequences.map { try gradient([$0]).elements }
    let sum = alone[0].indices.map { index in alone.reduce(0) { $0 + $1[index] } }
    #expect(agree(try gradient(Self.sequences), Tensor(shape: [3, 32], sum)))
  }

  @Test func theOrderOfClassesIsThatOfFeatures() throws {
    let layers = [Self.random([3, 32], "layer 0")]
    let order = [2, 0, 3, 1]
    let all = try features(Self.sequences, layers, .shared)
    let permuted = try features(order.map { Self.sequences[$0] }, layers, .shared)
    #expect(agree(permuted, Variable(all).gatheringRows(order).value))
  }

  @Test func sequencesThatAreAllAlikeGiveTheSameFeature() throws {
    let same = try model.textFeatures(TextPrompts(tokens: [[58, 7, 8, 59], [58, 7, 8, 59]])).value
    #expect(agree(same.rows(0..<1), same.rows(1..<2)))
    #expect(agree(same.rows(0..<1), try model.textFeatures(TextPrompts(tokens: [[58, 7, 8, 59]])).value))
  }

  @Test func aLongSequenceIsNamed() throws {
    let tokens = [[58, 7, 59], [58] + [Int](repeating: 7, count: 15) + [59], [58, 8, 59]]
    let failure = #expect(throws: Failure.self) { try model.textFeatures(TextPrompts(tokens: tokens)) }
    #expect(failure?.description.contains("text 2 of 3 takes 17 rows") == true)
    #expect(failure?.description.contains("context length is 16") == true)
    _ = try model.textFeatures(TextPrompts(tokens: [Array(tokens[1].dropFirst())]))
  }

  private static let images = random([5, 3, 8, 8], "images")

  private func image(_ index: Int) -> Tensor { Self.images.rows(24 * index..<24 * index + 24).reshaped([1, 3, 8, 8]) }

  @Test func anImageDoesNotDependOnTheOthers() {
    let all = model.imageFeatures(Self.images).value
    #expect(all.shape == [5, 20])
    for index in 0..<5 {
      #expect(agree(all.rows(index..<index + 1), model.imageFeatures(image(index)).value), "image \(index)")
    }
    #expect(!agree(all.rows(0..<1), all.rows(1..<2)))
  }

  @Test func visionPromptsOfEachImage() {
    let layers = [Self.random([5, 2, 24], "layer 0"), Self.random([5, 2, 24], "layer 1")]
    func features(_ images: Tensor, _ layers: [Tensor], _ scope: PromptScope) -> Tensor {
      let layers = layers.map { LayerPrompt.tokens(Variable($0)) }
      return model.imageFeatures(images, prompts: VisionPrompts(layers: layers, scope: scope)).value
    }
    let all = features(Self.images, layers, .perImage)
    for index in 0..<5 {
      let own = layers.map { $0.rows(2 * index..<2 * index + 2) }
      #expect(agree(all.rows(index..<index + 1), features(image(index), own, .shared)), "image \(index)")
    }
    // The same prompts for each image are shared prompts.
    let shared = layers.map { $0.rows(0..<2) }
    let repeated = shared.map { tokens in
      Variable(tokens).gatheringRows((0..<10).map { $0 % 2 }).value.reshaped([5, 2, 24])
    }
    #expect(agree(features(Self.images, shared, .shared), features(Self.images, repeated, .perImage)))
    #expect(!agree(features(Self.images, shared, .shared), model.imageFeatures(Self.images).value))
  }

  @Test func bothActivationsRun() throws {
    var configuration = Self.configuration
    configuration.activation = .gelu
    let other = try BackboneWeights(configuration, tensors: Self.weights.tensors, origin: "test").model
    let (quick, exact) = (model.imageFeatures(Self.images).value, other.imageFeatures(Self.images).value)
    #expect(exact.isFinite && quick != exact)
    // The two functions differ by at most 0.021.
    #expect(zip(quick.elements, exact.elements).allSatisfy { abs($0 - $1) < 0.2 })
    #expect(try other.textFeatures(TextPrompts(tokens: [[58, 7, 59]])).value.isFinite)
  }

  @Test func logitsOfEachImageWithItsOwnTexts() {
    let images = Variable(Self.random([3, 20], "images")).rowsNormalized()
    let texts = Variable(Self.random([4, 20], "texts")).rowsNormalized()
    let repeated = texts.gatheringRows((0..<12).map { $0 % 4 })
    let logits = model.logits(images: images, texts: texts)
    #expect(logits.shape == [3, 4])
    #expect(agree(model.logits(images: images, texts: repeated, perImage: true).value, logits.value))
  }
}
