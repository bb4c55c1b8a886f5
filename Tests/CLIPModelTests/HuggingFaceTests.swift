import Basics
import CLIPModel
import Foundation
import SafeTensors
import Tensors
import TestSupport
import Testing
import Tokenization

/// Directories of Hugging Face's form, made from a small random CLIP.
struct HuggingFaceTests {
  private let folder: TemporaryFolder

  private static let configuration = #"""
    {"model_type": "clip", "projection_dim": 24, "torch_dtype": "float32", "text_config_dict": null,
     "text_config": {"hidden_size": 64, "intermediate_size": 96, "num_hidden_layers": 2, "num_attention_heads": 1,
       "max_position_embeddings": 12, "vocab_size": 516, "eos_token_id": 2, "hidden_act": "quick_gelu"},
     "vision_config": {"hidden_size": 128, "intermediate_size": 512, "num_hidden_layers": 1, "num_attention_heads": 2,
       "image_size": 8, "patch_size": 4}}
    """#
  private static let preprocessing = #"""
    {"size": {"shortest_edge": 8}, "crop_size": 8, "resample": 3, "do_resize": true, "image_mean": [0.5, 0.5, 0.5]}
    """#

  init() throws {
    folder = try TemporaryFolder()
    try folder.write(Self.configuration, to: "config.json")
    try folder.write(Self.preprocessing, to: "preprocessor_config.json")
    try MergesLearner.write(merges: TinyBackbone.merges, to: "\(folder.path)/merges.txt")
    try SafeTensorsWriter.write(to: "\(folder.path)/model.safetensors", tensors: Self.tensors())
  }

  /// The small CLIP under transformers' names, spelt out here as its state dictionary has them.
  private static func tensors(dtype: DType = .float32, changing: (inout [String: Tensor]) -> Void = { _ in })
    -> [SafeTensorsEntry]
  {
    var names = [
      "token_embedding.weight": "text_model.embeddings.token_embedding.weight",
      "positional_embedding": "text_model.embeddings.position_embedding.weight",
      "ln_final.weight": "text_model.final_layer_norm.weight", "ln_final.bias": "text_model.final_layer_norm.bias",
      "logit_scale": "logit_scale", "visual.class_embedding": "vision_model.embeddings.class_embedding",
      "visual.conv1.weight": "vision_model.embeddings.patch_embedding.weight",
      "visual.positional_embedding": "vision_model.embeddings.position_embedding.weight",
      "visual.ln_pre.weight": "vision_model.pre_layrnorm.weight",
      "visual.ln_pre.bias": "vision_model.pre_layrnorm.bias",
      "visual.ln_post.weight": "vision_model.post_layernorm.weight",
      "visual.ln_post.bias": "vision_model.post_layernorm.bias",
    ]
    var joined: [(String, String)] = []
    for (openAI, layer) in [
      ("transformer.resblocks.0", "text_model.encoder.layers.0"),
      ("transformer.resblocks.1", "text_model.encoder.layers.1"),
      ("visual.transformer.resblocks.0", "vision_model.encoder.layers.0"),
    ] {
      for kind in ["weight", "bias"] {
        names["\(openAI).ln_1.\(kind)"] = "\(layer).layer_norm1.\(kind)"
        names["\(openAI).ln_2.\(kind)"] = "\(layer).layer_norm2.\(kind)"
        names["\(openAI).attn.out_proj.\(kind)"] = "\(layer).self_attn.out_proj.\(kind)"
        names["\(openAI).mlp.c_fc.\(kind)"] = "\(layer).mlp.fc1.\(kind)"
        names["\(openAI).mlp.c_proj.\(kind)"] = "\(layer).mlp.fc2.\(kind)"
        joined.append(("\(openAI).attn.in_proj_\(kind)", "\(layer).self_attn.{}_proj.\(kind)"))
      }
    }
    let weights = TinyBackbone.weights.tensors
    var tensors: [String: Tensor] = [:]
    for (openAI, name) in names { tensors[name] = weights[openAI] }
    for (openAI, pattern) in joined {
      guard let tensor = weights[openAI] else { continue }
      let count = tensor.count / 3
      for (index, letter) in ["q", "k", "v"].enumerated() {
        tensors[pattern.replacingOccurrences(of: "{}", with: letter)] = Tensor(
          shape: [tensor.shape[0] / 3] + tensor.shape.dropFirst(),
          Array(tensor.elements[index * count..<(index + 1) * count]))
      }
    }
    tensors["text_projection.weight"] = weights["text_projection"]?.transposed
    tensors["visual_projection.weight"] = weights["visual.proj"]?.transposed
    changing(&tensors)
    return tensors.map { SafeTensorsEntry($0.key, $0.value, dtype: dtype) }
  }

  private func problem() -> String { failure(loading: folder.path).description }

  @Test func oneFile() throws {
    let backbone = try Backbone(named: folder.path)
    #expect(backbone.configuration == TinyBackbone.configuration)
    #expect(backbone.weights.tensors == TinyBackbone.weights.tensors)
    #expect(backbone.preprocessing.mean == [0.5, 0.5, 0.5])
    #expect(backbone.preprocessing.deviation == ImagePreprocessing(size: 8).deviation)
    #expect(try backbone.tokens(of: "cat") == [514, 513, 515])
  }

  @Test(arguments: [DType.float16, .bfloat16]) func halfPrecision(dtype: DType) throws {
    let path = "\(folder.path)/model.safetensors"
    try SafeTensorsWriter.write(to: path, tensors: Self.tensors(dtype: dtype))
    let tensors = try Backbone(named: folder.path).weights.tensors
    for (name, exact) in TinyBackbone.weights.tensors {
      let found = try #require(tensors[name])
      #expect(zip(found.elements, exact.elements).allSatisfy { abs($0 - $1) <= 0.004 * abs($1) + 1e-7 })
    }
  }

  private func writeShards(mapping: (String, Int) -> String) throws {
    try FileManager.default.removeItem(atPath: "\(folder.path)/model.safetensors")
    let entries = Self.tensors().sorted { $0.name < $1.name }
    var map: [String: String] = [:]
    for part in 0..<3 {
      let shard = entries.enumerated().filter { $0.offset % 3 == part }.map(\.element)
      try SafeTensorsWriter.write(to: "\(folder.path)/model-0000\(part).safetensors", tensors: shard)
      for entry in shard { map[entry.name] = mapping(entry.name, part) }
    }
    let json = try JSONEncoder().encode(["weight_map": map])
    try folder.write(String(decoding: json, as: UTF8.self), to: "model.safetensors.index.json")
  }

  @Test func shards() throws {
    try writeShards { "model-0000\($1).safetensors" }
    #expect(try Backbone(named: folder.path).weights.tensors == TinyBackbone.weights.tensors)
  }

  @Test func shardsThatAreWrongAreNamed() throws {
    try writeShards { "model-0000\(($1 + ($0 == "logit_scale" ? 1 : 0)) % 3).safetensors" }
    #expect(problem().contains("no tensor \"logit_scale\""))
    for outside in ["../other.safetensors", "../\u{301}other.safetensors"] {
      try folder.write(#"{"weight_map": {"a": "\#(outside)"}}"#, to: "model.safetensors.index.json")
      #expect(problem().contains("is no file of the directory"))
    }
    try folder.write(#"{"weights": 1}"#, to: "model.safetensors.index.json")
    #expect(problem().contains("weight_map is missing"))
  }

  @Test func filesThatAreMissingAreNamed() throws {
    for (file, message) in [
      ("model.safetensors", "no model.safetensors"), ("preprocessor_config.json", "no preprocessor_config.json"),
      ("config.json", "without config.json"),
    ] {
      try FileManager.default.removeItem(atPath: "\(folder.path)/\(file)")
      #expect(problem().contains(message))
    }
  }

  @Test func weightsThatDoNotFitAreNamed() throws {
    func written(_ change: (inout [String: Tensor]) -> Void) throws -> String {
      let path = "\(folder.path)/model.safetensors"
      try SafeTensorsWriter.write(to: path, tensors: Self.tensors(changing: change))
      return problem()
    }
    let query = "text_model.encoder.layers.1.self_attn.q_proj.bias"
    #expect(try written { $0[query] = nil }.hasSuffix("the weight \(query) is missing"))
    #expect(
      try written { $0[query] = Tensor(shape: [63], repeating: 0) }
        .hasSuffix("the weight \(query) has the shape [63], config.json needs [64]"))
    #expect(try written { $0["logit_bias"] = Tensor(0) }.contains("SigLIP"))
    #expect(try written { $0["text_model.encoder.layers.2.mlp.fc1.bias"] = Tensor(0) }.contains("has no place"))
    #expect(try written { $0 = $0.filter { !$0.key.hasPrefix("text_model") } }.contains("no text tower"))
    #expect(try written { $0["logit_scale"] = Tensor(.nan) }.contains("NaN"))
  }

  @Test(arguments: [
    (#""model_type": "clip""#, #""model_type": "siglip""#, "model_type is \"siglip\""),
    (#""text_config":"#, #""other":"#, "one is missing"),
    (#""hidden_act": "quick_gelu""#, #""hidden_act": "gelu_new""#, "hidden_act is \"gelu_new\""),
    (#""hidden_act": "quick_gelu""#, #""hidden_act": "gelu""#, "they must agree"),
    (#""patch_size": 4"#, #""patch_size": 4, "layer_norm_eps": 1e-6"#, "layer_norm_eps is 1e-06"),
    (#""patch_size": 4"#, #""patch_size": 4, "num_channels": 1"#, "num_channels is 1"),
    (#""patch_size": 4"#, #""patch_size": 0"#, "the patch size is 0"),
    (#""patch_size": 4"#, #""patch_size": "four""#, "vision_config.patch_size is not of the form Int"),
    (#""eos_token_id": 2"#, #""eos_token_id": 3"#, "eos_token_id is 3"),
    (#""vocab_size": 516"#, #""vocab_size": 517"#, "has the shape [516, 64], config.json needs [517, 64]"),
    ("{", "[", "this is not JSON"),
  ])
  func configurationsThatDifferAreRefused(entry: String, replacement: String, message: String) throws {
    try folder.write(
      Self.configuration.replacingOccurrences(of: entry, with: replacement), to: "config.json")
    #expect(problem().contains(message))
    #expect(!problem().contains("\n"))
  }

  @Test func missingEntriesAreThoseOfTransformers() throws {
    try folder.write(#"{"text_config": {}, "vision_config": {}}"#, to: "config.json")
    try folder.write(#"{}"#, to: "preprocessor_config.json")
    // ViT-B/32 of OpenAI, which the small weights are not.
    #expect(problem().hasSuffix("has the shape [516, 64], config.json needs [49408, 512]"))
  }

  @Test(arguments: [
    (#"{"do_resize": false, "size": 8, "crop_size": 8}"#, "do_resize is false"),
    (#"{"resample": 2, "size": 8, "crop_size": 8}"#, "resample is 2"),
    (#"{"size": 10, "crop_size": 8}"#, "size is 10"),
    (#"{"size": 8, "crop_size": {"height": 6, "width": 6}}"#, "crop_size is 6"),
    (#"{"size": 8, "crop_size": {"height": 8, "width": 6}}"#, "crop_size is {height 8, width 6}"),
    (#"{"size": {"height": 8, "width": 8}, "crop_size": 8}"#, "distorts images"),
    (#"{"size": {"shortest_edge": 8, "longest_edge": 9}, "crop_size": 8}"#, "size is {longest_edge 9"),
    (#"{"crop_size": 8}"#, "size is 224"), (#"{"size": 8}"#, "crop_size is 224"),
    (#"{"do_center_crop": false, "size": 8, "crop_size": 8}"#, "do_center_crop is false"),
    (#"{"do_rescale": false, "size": 8, "crop_size": 8}"#, "do_rescale is false"),
    (#"{"rescale_factor": 1, "size": 8, "crop_size": 8}"#, "rescale_factor is 1.0"),
    (#"{"do_pad": true, "size": 8, "crop_size": 8}"#, "do_pad is true"),
    (#"{"image_std": [1, 0, 1], "size": 8, "crop_size": 8}"#, "three positive numbers"),
    (#"{"image_processor_type": "ViTImageProcessor", "size": 8, "crop_size": 8}"#, "only CLIP's is supported"),
  ])
  func preprocessingThatDiffersIsRefused(json: String, message: String) throws {
    try folder.write(json, to: "preprocessor_config.json")
    #expect(problem().contains(message))
  }

  @Test func preprocessingCanLeaveOutNormalisation() throws {
    try folder.write(#"{"size": 8, "crop_size": 8, "do_normalize": false}"#, to: "preprocessor_config.json")
    let preprocessing = try Backbone(named: folder.path).preprocessing
    var expected = ImagePreprocessing(size: 8, mean: [0, 0, 0], deviation: [1, 1, 1])
    expected.cropOffset = .down
    #expect(preprocessing == expected)
  }
}
