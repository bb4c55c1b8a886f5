import CLIPModel

/// The attention that rows pay to the learned prompts of a run in one encoder, see ``CLIP/attentionToPrompts(_:)``.
public struct AttentionToPrompts: Codable, Equatable, Sendable {
  /// The encoder.
  public let encoder: Modality
  /// For each layer the share of the attention, in [0, 1].
  public let layers: [Double]

  /// Attention of the given parts.
  public init(encoder: Modality, layers: [Double]) {
    self.encoder = encoder
    self.layers = layers
  }
}
