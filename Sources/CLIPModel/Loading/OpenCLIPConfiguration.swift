import Basics
import Tensors

/// `open_clip_config.json`; what is missing there has the value of OpenCLIP's `CLIPTextCfg`, `CLIPVisionCfg` and
/// `PreprocessCfg` (https://github.com/mlfoundations/open_clip, model.py and transform.py).
struct OpenCLIPConfiguration: Decodable {
  /// A number, or a list: of height and width, or of a ResNet's stages.
  struct Numbers: Decodable {
    let values: [Int]

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      values = try (try? container.decode(Int.self)).map { [$0] } ?? container.decode([Int].self)
    }
  }

  /// Options of a layer, of which none is supported: some values of them change what a model computes and no weight tells.
  struct LayerOptions: Decodable {}

  struct Text: Decodable {
    var contextLength: Int?
    var vocabSize: Int?
    var width: Int?
    var heads: Int?
    var layers: Int?
    var mlpRatio: Double?
    var textArch: String?
    var hfModelName: String?
    var hfTokenizerName: String?
    var tokenizerKwargs: LayerOptions?
    var embedCls: Bool?
    var noCausalMask: Bool?
    var finalLnAfterPool: Bool?
    var poolType: String?
    var actKwargs: LayerOptions?
    var normKwargs: LayerOptions?
  }

  struct Vision: Decodable {
    var layers: Numbers?
    var width: Int?
    var headWidth: Int?
    var mlpRatio: Double?
    var patchSize: Int?
    var imageSize: Numbers?
    var timmModelName: String?
    var attentionalPool: Bool?
    var noLnPre: Bool?
    var finalLnAfterPool: Bool?
    var poolType: String?
    var actKwargs: LayerOptions?
    var normKwargs: LayerOptions?
  }

  struct Model: Decodable {
    var embedDim: Int
    var quickGelu: Bool?
    var customText: Bool?
    var initLogitBias: Double?
    var multimodalCfg: LayerOptions?
    var visionCfg: Vision
    var textCfg: Text
  }

  struct Preprocessing: Decodable {
    var mode: String?
    var mean: [Float]?
    var std: [Float]?
    var interpolation: String?
    var resizeMode: String?
  }

  var modelCfg: Model
  var preprocessCfg: Preprocessing?

  /// Whether the text encoder's weights stand under `text.`, as in OpenCLIP's `CustomTextCLIP`.
  var hasTextPrefix: Bool { modelCfg.customText ?? false }

  /// The sizes, checked.
  ///
  /// - Throws: ``Failure`` naming the entry that asks for something else than CLIP.
  func configuration(origin: String) throws -> CLIPConfiguration {
    let (text, vision) = (modelCfg.textCfg, modelCfg.visionCfg)
    try requireCLIP(text, vision, origin: origin)
    let width = vision.width ?? 768
    let headWidth = vision.headWidth ?? 64
    let image = vision.imageSize?.values ?? [224]
    let layers = vision.layers?.values ?? [12]
    guard layers.count == 1 else {
      throw Failure("\(origin): a ResNet CLIP (vision_cfg.layers is a list); only vision transformers are supported")
    }
    guard Set(image).count == 1 else {
      throw Failure("\(origin): vision_cfg.image_size is \(image); only square images are supported")
    }
    guard headWidth > 0, width % headWidth == 0 else {
      throw Failure("\(origin): heads of \(headWidth) columns cannot share the vision width \(width)")
    }
    let configuration = CLIPConfiguration(
      text: try tower(
        width: text.width ?? 512, layers: text.layers ?? 12, heads: text.heads ?? 8, ratio: text.mlpRatio,
        "text_cfg", origin: origin),
      vision: try tower(
        width: width, layers: layers[0], heads: width / headWidth, ratio: vision.mlpRatio, "vision_cfg",
        origin: origin),
      embedDimension: modelCfg.embedDim, contextLength: text.contextLength ?? 77,
      vocabularySize: text.vocabSize ?? 49408, patchSize: vision.patchSize ?? 16, imageSize: image[0],
      activation: modelCfg.quickGelu ?? false ? .quickGELU : .gelu)
    try configuration.validate(origin: origin)
    return configuration
  }

  /// How images are prepared, checked.
  ///
  /// - Throws: ``Failure`` naming the entry that asks for something else than CLIP does.
  func preprocessing(for configuration: CLIPConfiguration, origin: String) throws -> ImagePreprocessing {
    let settings = preprocessCfg
    // Where it is drawn at random in training, images are tested with bicubic.
    let interpolation = settings?.interpolation ?? "bicubic"
    guard ["bicubic", "random"].contains(interpolation) else {
      throw Failure(
        "\(origin): preprocess_cfg.interpolation is \(Spelling.quoted(interpolation)); only bicubic is supported")
    }
    let resizing = settings?.resizeMode ?? "shortest"
    guard resizing == "shortest" else {
      throw Failure("\(origin): preprocess_cfg.resize_mode is \(Spelling.quoted(resizing)); only shortest is supported")
    }
    guard settings?.mode ?? "RGB" == "RGB" else {
      throw Failure("\(origin): preprocess_cfg.mode is \(Spelling.quoted(settings?.mode ?? "")); only RGB is supported")
    }
    var preprocessing = ImagePreprocessing(size: configuration.imageSize)
    preprocessing.mean = settings?.mean ?? preprocessing.mean
    preprocessing.deviation = settings?.std ?? preprocessing.deviation
    try preprocessing.validate(for: configuration, origin: origin)
    return preprocessing
  }

  private func tower(
    width: Int, layers: Int, heads: Int, ratio: Double?, _ place: String, origin: String
  ) throws -> CLIPConfiguration.Tower {
    let ratio = ratio ?? 4
    guard (1...1000).contains(ratio), (1...1_000_000).contains(width) else {
      throw Failure("\(origin): \(place) has the width \(width) and an MLP \(ratio) times as wide")
    }
    return .init(width: width, layers: layers, heads: heads, hiddenWidth: Int(Double(width) * ratio))
  }

  /// What changes the numbers of a model without changing the names of its weights has to be refused by its entry; the
  /// rest is told by the weights.
  private func requireCLIP(_ text: Text, _ vision: Vision, origin: String) throws {
    func isSet(_ flag: Bool?) -> String? { flag ?? false ? "true" : nil }
    func isSet(_ options: LayerOptions?) -> String? { options == nil ? nil : "set" }
    func differs(_ value: String?, from known: String...) -> String? {
      value.flatMap { known.contains($0) ? nil : Spelling.quoted($0) }
    }
    if modelCfg.initLogitBias != nil { throw Failure("\(origin): a SigLIP (init_logit_bias); only CLIP is supported") }
    let problems = [
      ("multimodal_cfg", isSet(modelCfg.multimodalCfg)),
      ("vision_cfg.timm_model_name", differs(vision.timmModelName)),
      ("vision_cfg.attentional_pool", isSet(vision.attentionalPool)),
      ("vision_cfg.no_ln_pre", isSet(vision.noLnPre)),
      ("vision_cfg.final_ln_after_pool", isSet(vision.finalLnAfterPool)),
      ("vision_cfg.pool_type", differs(vision.poolType, from: "tok")),
      ("vision_cfg.act_kwargs", isSet(vision.actKwargs)), ("vision_cfg.norm_kwargs", isSet(vision.normKwargs)),
      ("text_cfg.text_arch", differs(text.textArch, from: "clip")),
      ("text_cfg.hf_model_name", differs(text.hfModelName)),
      ("text_cfg.hf_tokenizer_name", differs(text.hfTokenizerName)),
      ("text_cfg.tokenizer_kwargs", isSet(text.tokenizerKwargs)), ("text_cfg.embed_cls", isSet(text.embedCls)),
      ("text_cfg.no_causal_mask", isSet(text.noCausalMask)),
      ("text_cfg.final_ln_after_pool", isSet(text.finalLnAfterPool)),
      ("text_cfg.pool_type", differs(text.poolType, from: "argmax")),
      ("text_cfg.act_kwargs", isSet(text.actKwargs)), ("text_cfg.norm_kwargs", isSet(text.normKwargs)),
    ]
    for case (let entry, let value?) in problems {
      throw Failure("\(origin): \(entry) is \(value); only CLIP's own vision and text transformers are supported")
    }
  }
}
