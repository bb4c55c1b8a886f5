import Basics
import Tensors

/// `config.json` of a Hugging Face CLIP; what is missing there has the value of transformers' `CLIPTextConfig` and
/// `CLIPVisionConfig`.
struct HuggingFaceConfiguration: Decodable {
  struct Text: Decodable {
    var vocabSize: Int?
    var hiddenSize: Int?
    var intermediateSize: Int?
    var numHiddenLayers: Int?
    var numAttentionHeads: Int?
    var maxPositionEmbeddings: Int?
    var hiddenAct: String?
    var layerNormEps: Double?
    var eosTokenId: Int?
  }

  struct Vision: Decodable {
    var hiddenSize: Int?
    var intermediateSize: Int?
    var numHiddenLayers: Int?
    var numAttentionHeads: Int?
    var numChannels: Int?
    var imageSize: Int?
    var patchSize: Int?
    var hiddenAct: String?
    var layerNormEps: Double?
  }

  var modelType: String?
  var projectionDim: Int?
  var textConfig: Text?
  var visionConfig: Vision?
  /// Older files have these beside the others; transformers gives them precedence.
  var textConfigDict: Text?
  var visionConfigDict: Vision?

  /// The sizes, checked.
  ///
  /// - Throws: ``Failure`` naming the entry that asks for something else than CLIP.
  func configuration(origin: String) throws -> CLIPConfiguration {
    if let modelType, modelType != "clip" {
      throw Failure("\(origin): model_type is \(modelType.debugDescription); only \"clip\" is supported")
    }
    guard let text = textConfigDict ?? textConfig, let vision = visionConfigDict ?? visionConfig else {
      throw Failure("\(origin): a CLIP has text_config and vision_config, one is missing")
    }
    let configuration = CLIPConfiguration(
      text: .init(
        width: text.hiddenSize ?? 512, layers: text.numHiddenLayers ?? 12, heads: text.numAttentionHeads ?? 8,
        hiddenWidth: text.intermediateSize ?? 2048),
      vision: .init(
        width: vision.hiddenSize ?? 768, layers: vision.numHiddenLayers ?? 12, heads: vision.numAttentionHeads ?? 12,
        hiddenWidth: vision.intermediateSize ?? 3072),
      embedDimension: projectionDim ?? 512, contextLength: text.maxPositionEmbeddings ?? 77,
      vocabularySize: text.vocabSize ?? 49408, patchSize: vision.patchSize ?? 32, imageSize: vision.imageSize ?? 224,
      activation: try activation(text.hiddenAct, vision.hiddenAct, origin: origin))
    for epsilon in [text.layerNormEps, vision.layerNormEps] {
      if let epsilon, epsilon != 1e-5 {
        throw Failure("\(origin): layer_norm_eps is \(epsilon); only CLIP's 1e-05 is supported")
      }
    }
    if let channels = vision.numChannels, channels != 3 {
      throw Failure("\(origin): num_channels is \(channels); only images of 3 channels are supported")
    }
    try configuration.validate(origin: origin)
    // 2 stands in many files for what transformers then reads as the largest id of a text.
    if let end = text.eosTokenId, end != 2, end != configuration.endToken {
      throw Failure(
        "\(origin): eos_token_id is \(end); in CLIP the last token, \(configuration.endToken), ends a text")
    }
    return configuration
  }

  private func activation(_ text: String?, _ vision: String?, origin: String) throws -> Activation {
    let standard = Activation.quickGELU.rawValue
    let names = [text ?? standard, vision ?? standard]
    for name in names where Activation(rawValue: name) == nil {
      let known = Activation.allCases.map(\.rawValue).joined(separator: " and ")
      throw Failure("\(origin): hidden_act is \(name.debugDescription); supported are \(known)")
    }
    guard let activation = Activation(rawValue: names[0]), names[0] == names[1] else {
      throw Failure(
        "\(origin): hidden_act is \(names[0]) in the text and \(names[1]) in the vision tower; they must agree")
    }
    return activation
  }
}
