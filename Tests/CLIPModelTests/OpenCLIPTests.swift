import Basics
import CLIPModel
import Foundation
import SafeTensors
import Tensors
import TestSupport
import Testing
import Tokenization

/// Directories of OpenCLIP's form, made from a small random CLIP.
struct OpenCLIPTests {
  private let folder: TemporaryFolder

  private static let configuration = #"""
    {"model_cfg": {"embed_dim": 24, "quick_gelu": true,
       "vision_cfg": {"image_size": 8, "layers": 1, "width": 128, "patch_size": 4, "ls_init_value": null},
       "text_cfg": {"context_length": 12, "vocab_size": 516, "width": 64, "heads": 1, "layers": 2, "mlp_ratio": 1.5}},
     "preprocess_cfg": {"mean": [0.5, 0.5, 0.5], "interpolation": "bicubic", "resize_mode": "shortest"}}
    """#

  init() throws {
    folder = try TemporaryFolder()
    try folder.write(Self.configuration, to: "open_clip_config.json")
    try MergesLearner.write(merges: TinyBackbone.merges, to: "\(folder.path)/merges.txt")
    try SafeTensorsWriter.write(to: weights, tensors: TinyBackbone.entries())
  }

  private var weights: String { "\(folder.path)/open_clip_model.safetensors" }
  private func problem() -> String { failure(loading: folder.path).description }

  private func write(replacing entry: String, by replacement: String) throws {
    #expect(Self.configuration.contains(entry))
    try folder.write(
      Self.configuration.replacingOccurrences(of: entry, with: replacement), to: "open_clip_config.json")
  }

  @Test func directory() throws {
    let backbone = try Backbone(named: folder.path)
    #expect(backbone.configuration == TinyBackbone.configuration)
    #expect(backbone.weights.tensors == TinyBackbone.weights.tensors)
    #expect(backbone.preprocessing.mean == [0.5, 0.5, 0.5])
    #expect(backbone.preprocessing.deviation == ImagePreprocessing(size: 8).deviation)
    #expect(try backbone.tokens(of: "cat") == [514, 513, 515])
  }

  /// Whatever else lies beside it, and by the path of the weights.
  @Test func directoryWithOtherLibrariesFiles() throws {
    try folder.write(#"{"architecture": "vit_tiny"}"#, to: "config.json")
    #expect(try Backbone(named: folder.path).configuration == TinyBackbone.configuration)
    #expect(try Backbone(named: weights).preprocessing.mean == [0.5, 0.5, 0.5])
  }

  @Test func activationOfOpenCLIPsOwnTraining() throws {
    try write(replacing: #""quick_gelu": true,"#, by: "")
    #expect(try Backbone(named: folder.path).configuration.activation == .gelu)
  }

  @Test func textEncoderOfItsOwn() throws {
    try write(replacing: #""embed_dim": 24,"#, by: #""embed_dim": 24, "custom_text": true,"#)
    #expect(problem().contains("has no place"))
    let entries = TinyBackbone.weights.tensors.map { name, tensor in
      SafeTensorsEntry(name.hasPrefix("visual.") || name == "logit_scale" ? name : "text.\(name)", tensor)
    }
    try SafeTensorsWriter.write(to: weights, tensors: entries)
    #expect(try Backbone(named: folder.path).weights.tensors == TinyBackbone.weights.tensors)
  }

  @Test(arguments: [
    (#""image_size": 8"#, #""image_size": 8, "timm_model_name": "vit_base""#, #"timm_model_name is "vit_base""#),
    (#""image_size": 8"#, #""image_size": [8, 12]"#, "image_size is [8, 12]"),
    (#""image_size": 8"#, #""image_size": 8, "pool_type": "avg""#, #"vision_cfg.pool_type is "avg""#),
    (#""image_size": 8"#, #""image_size": 8, "head_width": 60"#, "heads of 60 columns"),
    (#""layers": 1"#, #""layers": [3, 4, 6, 3]"#, "a ResNet CLIP"),
    (#""context_length": 12"#, #""context_length": 12, "no_causal_mask": true"#, "no_causal_mask is true"),
    (#""context_length": 12"#, #""context_length": 12, "hf_model_name": "roberta""#, "hf_model_name"),
    (#""context_length": 12"#, #""context_length": 12, "act_kwargs": {"approximate": "tanh"}"#, "act_kwargs is set"),
    (
      #""context_length": 12"#, #""context_length": 13"#, "has the shape [12, 64], open_clip_config.json needs [13, 64]"
    ),
    (#""mlp_ratio": 1.5"#, #""mlp_ratio": -1"#, "an MLP -1.0 times as wide"),
    (#""embed_dim": 24"#, #""embed_dim": 24, "init_logit_bias": -10"#, "a SigLIP"),
    (#""embed_dim": 24,"#, "", "model_cfg.embed_dim is missing"),
    (#""resize_mode": "shortest""#, #""resize_mode": "squash""#, #"resize_mode is "squash""#),
    (#""interpolation": "bicubic""#, #""interpolation": "bilinear""#, #"interpolation is "bilinear""#),
    (#"[0.5, 0.5, 0.5]"#, "[0.5]", "must be three numbers"), ("{", "[", "this is not JSON"),
  ])
  func configurationsThatDifferAreRefused(entry: String, replacement: String, message: String) throws {
    try write(replacing: entry, by: replacement)
    #expect(problem().contains(message), "\(problem())")
    #expect(!problem().contains("\n"))
  }

  /// What a few bytes put in, taken out or changed make of a correct file is read, or refused in one line.
  @Test func changedConfigurationsAreReadOrRefused() throws {
    // Weights that fit nothing are found at once.
    try SafeTensorsWriter.write(to: weights, tensors: [SafeTensorsEntry("logit_scale", Tensor(1))])
    var mutations = Mutations(of: Array(Self.configuration.utf8), named: "open_clip_config.json")
    for round in 0..<Mutations.count(2000) {
      try folder.write(Data(mutations.next()), to: "open_clip_config.json")
      let message = problem()
      #expect(message.hasPrefix(folder.path) && !message.contains { $0.isNewline }, "\(round): \(message)")
    }
  }

  @Test func weightsThatDoNotFitAreNamed() throws {
    func written(_ change: (inout [String: Tensor]) -> Void) throws -> String {
      try SafeTensorsWriter.write(to: weights, tensors: TinyBackbone.entries(changing: change))
      return problem()
    }
    #expect(try written { $0["ln_final.bias"] = nil }.hasSuffix("the weight ln_final.bias is missing"))
    #expect(try written { $0["visual.trunk.norm"] = Tensor(0) }.contains("has no place"))
  }
}
