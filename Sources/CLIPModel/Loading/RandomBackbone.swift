import Tensors

/// OpenAI's vision transformers with random weights, for measuring time and memory.
enum RandomBackbone: String, CaseIterable {
  case baseWithPatches16 = "ViT-B-16"
  case baseWithPatches32 = "ViT-B-32"
  case largeWithPatches14 = "ViT-L-14"

  var name: String { "random:\(rawValue)" }

  /// The sizes that Radford et al. 2021 give in their table 20.
  var configuration: CLIPConfiguration {
    let isLarge = self == .largeWithPatches14
    let patchSize =
      switch self {
      case .baseWithPatches16: 16
      case .baseWithPatches32: 32
      case .largeWithPatches14: 14
      }
    return CLIPConfiguration(
      text: isLarge ? .init(width: 768, layers: 12, heads: 12) : .init(width: 512, layers: 12, heads: 8),
      vision: isLarge ? .init(width: 1024, layers: 24, heads: 16) : .init(width: 768, layers: 12, heads: 12),
      embedDimension: isLarge ? 768 : 512, contextLength: 77, vocabularySize: 49408, patchSize: patchSize,
      imageSize: 224, activation: .quickGELU)
  }
}

extension Backbone {
  /// The same weights every time; words only with the merges of `RPP_MERGES`.
  init(_ random: RandomBackbone) throws {
    let configuration = random.configuration
    try self.init(
      name: random.name, weights: BackboneWeights(random: configuration, seed: 0),
      tokenizer: UserMerges.tokenizer(for: configuration),
      preprocessing: ImagePreprocessing(size: configuration.imageSize))
  }
}
