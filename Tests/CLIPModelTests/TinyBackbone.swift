import CLIPModel
import SafeTensors
import Tensors

/// A small random CLIP whose two towers, and the width of whose MLPs, differ in every size.
enum TinyBackbone {
  static let merges = [("a", "t</w>"), ("c", "at</w>")]

  static let configuration = CLIPConfiguration(
    text: .init(width: 64, layers: 2, heads: 1, hiddenWidth: 96), vision: .init(width: 128, layers: 1, heads: 2),
    embedDimension: 24, contextLength: 12, vocabularySize: 514 + 2, patchSize: 4, imageSize: 8,
    activation: .quickGELU)

  static let weights = BackboneWeights(random: configuration, seed: 5)

  /// What half precision leaves of the weights.
  static func halved() throws -> BackboneWeights {
    try BackboneWeights(
      configuration,
      tensors: weights.tensors.mapValues { Tensor(shape: $0.shape, $0.elements.map { Float(Float16($0)) }) },
      origin: "test")
  }

  static let card = BackboneCard(
    summary: "A test.", command: "rpp backbone train", seed: 5, trainingSeconds: 12, machine: "two cores", steps: 100,
    lossInterval: 50, losses: [2, 1], zeroShotAccuracy: ["world:shapes": 0.5], promptRecipe: nil)

  /// Tensors of OpenAI's names, with changes.
  static func entries(
    dtype: DType = .float32, changing changes: (inout [String: Tensor]) -> Void = { _ in }
  ) -> [SafeTensorsEntry] {
    var tensors = weights.tensors
    changes(&tensors)
    return tensors.map { SafeTensorsEntry($0.key, $0.value, dtype: dtype) }
  }
}
