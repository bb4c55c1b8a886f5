import Tensors

/// The sizes of a CLIP: everything that the encoders need to know besides the weights.
public struct CLIPConfiguration: Codable, Equatable, Sendable {
  /// The sizes of one transformer.
  public struct Tower: Codable, Equatable, Sendable {
    /// Width of the residual stream.
    public var width: Int
    /// Number of transformer blocks.
    public var layers: Int
    /// Attention heads in each block.
    public var heads: Int
    /// Width of the hidden layer of each block's MLP.
    public var hiddenWidth: Int

    /// A transformer; the MLP's hidden layer is four times as wide unless said otherwise.
    public init(width: Int, layers: Int, heads: Int, hiddenWidth: Int? = nil) {
      self.width = width
      self.layers = layers
      self.heads = heads
      self.hiddenWidth = hiddenWidth ?? 4 * width
    }
  }

  /// The text transformer.
  public var text: Tower
  /// The vision transformer.
  public var vision: Tower
  /// Dimension of the space that both encoders map into.
  public var embedDimension: Int
  /// Rows that a text sequence can have, start and end token included.
  public var contextLength: Int
  /// Number of tokens.
  public var vocabularySize: Int
  /// Side of a patch in pixels.
  public var patchSize: Int
  /// Side of an image in pixels.
  public var imageSize: Int
  /// The nonlinearity of the MLPs.
  public var activation: Activation

  /// A configuration of the given sizes.
  public init(
    text: Tower, vision: Tower, embedDimension: Int, contextLength: Int, vocabularySize: Int, patchSize: Int,
    imageSize: Int, activation: Activation
  ) {
    self.text = text
    self.vision = vision
    self.embedDimension = embedDimension
    self.contextLength = contextLength
    self.vocabularySize = vocabularySize
    self.patchSize = patchSize
    self.imageSize = imageSize
    self.activation = activation
  }

  /// Patches of an image.
  public var patchCount: Int { (imageSize / patchSize) * (imageSize / patchSize) }
  /// The token that begins every text, by CLIP's convention the last but one.
  public var startToken: Int { vocabularySize - 2 }
  /// The token that ends every text and at which its feature is read, by CLIP's convention the last.
  public var endToken: Int { vocabularySize - 1 }

  /// The name and shape of every weight, under the names of OpenAI's code.
  public var weightShapes: [(name: String, shape: [Int])] {
    let patch = [vision.width, 3, patchSize, patchSize]
    return [
      ("token_embedding.weight", [vocabularySize, text.width]), ("positional_embedding", [contextLength, text.width]),
      ("ln_final.weight", [text.width]), ("ln_final.bias", [text.width]),
      ("text_projection", [text.width, embedDimension]), ("logit_scale", []),
      ("visual.class_embedding", [vision.width]), ("visual.conv1.weight", patch),
      ("visual.positional_embedding", [1 + patchCount, vision.width]),
      ("visual.ln_pre.weight", [vision.width]), ("visual.ln_pre.bias", [vision.width]),
      ("visual.ln_post.weight", [vision.width]), ("visual.ln_post.bias", [vision.width]),
      ("visual.proj", [vision.width, embedDimension]),
    ] + Self.blockShapes(text, prefix: "transformer") + Self.blockShapes(vision, prefix: "visual.transformer")
  }

  private static func blockShapes(_ tower: Tower, prefix: String) -> [(name: String, shape: [Int])] {
    let (width, hidden) = (tower.width, tower.hiddenWidth)
    return (0..<tower.layers).flatMap { layer in
      [
        ("ln_1.weight", [width]), ("ln_1.bias", [width]), ("attn.in_proj_weight", [3 * width, width]),
        ("attn.in_proj_bias", [3 * width]), ("attn.out_proj.weight", [width, width]),
        ("attn.out_proj.bias", [width]), ("ln_2.weight", [width]), ("ln_2.bias", [width]),
        ("mlp.c_fc.weight", [hidden, width]), ("mlp.c_fc.bias", [hidden]),
        ("mlp.c_proj.weight", [width, hidden]), ("mlp.c_proj.bias", [width]),
      ].map { (name: "\(prefix).resblocks.\(layer).\($0.0)", shape: $0.1) }
    }
  }
}
