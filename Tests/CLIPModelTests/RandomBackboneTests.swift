import CLIPModel
import Foundation
import Testing

/// Backbones for measuring.
struct RandomBackboneTests {
  @Test func sizesAreThoseOfOpenAI() throws {
    let backbone = try Backbone(named: "random:ViT-B-32")
    // What OpenAI's ViT-B/32 has.
    #expect(backbone.weights.tensors.values.reduce(0) { $0 + $1.count } == 151_277_313)
    #expect(backbone.configuration.patchCount == 49)
    #expect(backbone.preprocessing.size == 224)
  }

  @Test func weightsBelongToTheirSeed() {
    let again = BackboneWeights(random: TinyBackbone.configuration, seed: 5)
    let other = BackboneWeights(random: TinyBackbone.configuration, seed: 6)
    #expect(again.tensors == TinyBackbone.weights.tensors)
    #expect(other.tensors["visual.proj"] != again.tensors["visual.proj"])
  }
}
