import Basics
import CLIPModel
import Optimization
import PromptLearning
import StandardPlugins
import Tensors
import TestSupport
import Testing

/// Attention to prompts where sequences share them and where they do not; what it is in numbers is checked beside
/// ``SAPLReference``.
@Suite struct AttentionToPromptsTests {
  private static let weights = BackboneWeights(
    random: CLIPConfiguration(
      text: .init(width: 24, layers: 3, heads: 3), vision: .init(width: 32, layers: 2, heads: 2), embedDimension: 16,
      contextLength: 12, vocabularySize: 20, patchSize: 4, imageSize: 8, activation: .quickGELU), seed: 7)
  private static let images = Tensor(shape: [1, 3, 8, 8], repeating: 0.3)

  private func model(_ structure: some PromptStructure, _ parameters: ParameterSet) throws -> PromptedCLIP {
    let context = try PromptContext(weights: Self.weights, classNames: ["1", "2 3", "3"], template: "{}") { text in
      text == "." ? [7] : text.split(separator: " ").compactMap { Int($0) }
    }
    return try PromptedCLIP(
      model: Self.weights.model, structure: structure, context: context, parameters: parameters)
  }

  @Test func equalContextsOfEachClassAreAttendedToAsASharedOne() throws {
    var stream = RandomStream(name: "attention")
    let numbers = stream.normals(2 * 24, deviation: 0.5)
    func attention(isClassSpecific: Bool) throws -> [Modality: [Double]] {
      let shape = isClassSpecific ? [3, 2, 24] : [2, 24]
      let parameters = ParameterSet([
        "context": Tensor(shape: shape, isClassSpecific ? numbers + numbers + numbers : numbers)
      ])
      let structure = CoOp {
        $0.contextLength = 2
        $0.classSpecific = isClassSpecific
      }
      return try model(structure, parameters).attentionToPrompts(Self.images, parameters: parameters)
    }
    let (shared, own) = (try attention(isClassSpecific: false), try attention(isClassSpecific: true))
    #expect(shared.keys.map { $0 } == [.text], "images are as they are")
    let (first, second) = (try #require(shared[.text]), try #require(own[.text]))
    #expect(first.count == 3 && second.count == 3)
    for (one, other) in zip(first, second) { #expect(one > 0 && one < 1 && abs(one - other) < 1e-6) }
  }

  @Test func whatHasNoPromptsHasNoAttentionToThem() throws {
    #expect(
      try model(ZeroShot(), ParameterSet()).attentionToPrompts(Self.images, parameters: ParameterSet()).isEmpty)
  }
}
