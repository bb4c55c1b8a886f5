import CLIPModel
import Foundation
import SafeTensors
import Tokenization

/// Small random backbones.
enum TinyBackbone {
  /// One that knows every text, and takes prompts in two layers.
  static let readable: Backbone = {
    let tower = CLIPConfiguration.Tower(width: 8, layers: 2, heads: 2)
    let configuration = CLIPConfiguration(
      text: tower, vision: tower, embedDimension: 8, contextLength: 77, vocabularySize: 514, patchSize: 4, imageSize: 8,
      activation: .quickGELU)
    return try! Backbone(
      name: "tiny", weights: BackboneWeights(random: configuration, seed: 1),
      tokenizer: BytePairTokenizer(merges: []), preprocessing: ImagePreprocessing(size: 8))
  }()

  /// One that is quickly loaded.
  private static let smallest: CLIPConfiguration = {
    let tower = CLIPConfiguration.Tower(width: 1, layers: 1, heads: 1, hiddenWidth: 1)
    return CLIPConfiguration(
      text: tower, vision: tower, embedDimension: 1, contextLength: 3, vocabularySize: 3, patchSize: 1, imageSize: 1,
      activation: .quickGELU)
  }()

  /// The configuration that stands in the file of ``weights``.
  static let configuration = String(decoding: try! JSONEncoder().encode(smallest), as: UTF8.self)

  /// The tensors of its file.
  static let weights = BackboneWeights(random: smallest, seed: 1).tensors.map {
    SafeTensorsEntry($0.key, shape: $0.value.shape, floats: $0.value.elements)
  }
}
