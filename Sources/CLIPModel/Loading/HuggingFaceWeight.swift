/// Where a weight of OpenAI's name stands in a Hugging Face CLIP.
enum HuggingFaceWeight {
  /// Under another name.
  case same(String)
  /// Under another name, rows as columns.
  case transposed(String)
  /// As several tensors, one above the other.
  case stacked([String])

  /// The names in the file.
  var names: [String] {
    switch self {
    case .same(let name), .transposed(let name): [name]
    case .stacked(let names): names
    }
  }

  init(openAIName name: String) {
    let blocks = "transformer.resblocks."
    switch name {
    case "text_projection": self = .transposed("text_projection.weight")
    case "visual.proj": self = .transposed("visual_projection.weight")
    case _ where name.hasPrefix(blocks):
      self.init(inBlock: name.dropFirst(blocks.count), prefix: "text_model.encoder.layers.")
    case _ where name.hasPrefix("visual.\(blocks)"):
      self.init(inBlock: name.dropFirst("visual.\(blocks)".count), prefix: "vision_model.encoder.layers.")
    default: self = .same(Self.replacing(name[...], Self.outside))
    }
  }

  /// - Parameter name: Such as `0.attn.in_proj_weight`.
  private init(inBlock name: Substring, prefix: String) {
    let layer = prefix + name.prefix { $0 != "." } + "."
    let weight = name.drop { $0 != "." }.dropFirst()
    let joined = "attn.in_proj_"
    if weight.hasPrefix(joined) {
      self = .stacked(["q", "k", "v"].map { "\(layer)self_attn.\($0)_proj.\(weight.dropFirst(joined.count))" })
    } else {
      self = .same(layer + Self.replacing(weight, Self.inside))
    }
  }

  private static func replacing(_ name: Substring, _ prefixes: KeyValuePairs<String, String>) -> String {
    for (openAI, huggingFace) in prefixes where name.hasPrefix(openAI) {
      return huggingFace + name.dropFirst(openAI.count)
    }
    return String(name)
  }

  private static let outside: KeyValuePairs = [
    "token_embedding": "text_model.embeddings.token_embedding",
    "positional_embedding": "text_model.embeddings.position_embedding.weight",
    "ln_final": "text_model.final_layer_norm", "visual.class_embedding": "vision_model.embeddings.class_embedding",
    "visual.conv1": "vision_model.embeddings.patch_embedding",
    "visual.positional_embedding": "vision_model.embeddings.position_embedding.weight",
    // Misspelt in transformers.
    "visual.ln_pre": "vision_model.pre_layrnorm", "visual.ln_post": "vision_model.post_layernorm",
  ]

  private static let inside: KeyValuePairs = [
    "ln_1": "layer_norm1", "ln_2": "layer_norm2", "attn.out_proj": "self_attn.out_proj", "mlp.c_fc": "mlp.fc1",
    "mlp.c_proj": "mlp.fc2",
  ]
}
