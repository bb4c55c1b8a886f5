import Basics
import CLIPModel
import Foundation
import SafeTensors
import Tensors
import TestSupport
import Testing

/// Backbones in files of OpenAI's names, and those that have names of their own.
struct WeightsFileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func write(_ entries: [SafeTensorsEntry], metadata: [String: String] = [:]) throws -> String {
    let path = "\(folder.path)/clip.safetensors"
    try SafeTensorsWriter.write(to: path, tensors: entries, metadata: metadata)
    return path
  }

  private func problem(_ entries: [SafeTensorsEntry], metadata: [String: String] = [:]) throws -> String {
    try failure(loading: write(entries, metadata: metadata)).description
  }

  @Test func sizesAreInferredFromShapes() throws {
    let path = try write(TinyBackbone.entries(dtype: .float16))
    let backbone = try Backbone(named: path)
    #expect(backbone.configuration == TinyBackbone.configuration)
    #expect(backbone.weights.tensors == (try TinyBackbone.halved().tensors))
    #expect(backbone.preprocessing == ImagePreprocessing(size: 8))
    #expect(backbone.name == path && backbone.card == nil)
  }

  @Test func buffersOfOpenAIAreNoWeights() throws {
    let path = try write(TinyBackbone.entries() + [SafeTensorsEntry("input_resolution", shape: [], integers: [8])])
    #expect(try Backbone(named: path).weights.tensors == TinyBackbone.weights.tensors)
  }

  @Test func whatIsWrittenIsRead() throws {
    let directory = "\(folder.path)/new/folder"
    let preprocessing = ImagePreprocessing(size: 8, mean: [0.5, 0.4, 0.3], deviation: [0.2, 0.3, 0.4])
    try Backbone.write(
      weights: TinyBackbone.weights, preprocessing: preprocessing, merges: TinyBackbone.merges,
      card: TinyBackbone.card, to: directory, name: "tiny")
    let backbone = try Backbone(named: "\(directory)/tiny.safetensors")
    #expect(backbone.configuration == TinyBackbone.configuration)
    #expect(backbone.weights.tensors == (try TinyBackbone.halved().tensors))
    #expect(backbone.preprocessing == preprocessing)
    #expect(backbone.card == TinyBackbone.card)
    // The last of the 512 bytes is followed by at</w> and cat</w>.
    #expect(try backbone.tokens(of: "Cat at") == [514, 513, 512, 515])
    #expect(try Backbone(named: directory).checksum == backbone.checksum)

    var bytes = try Data(contentsOf: URL(fileURLWithPath: "\(directory)/tiny.safetensors"))
    bytes[bytes.count - 100] ^= 1
    try bytes.write(to: URL(fileURLWithPath: "\(directory)/tiny.safetensors"))
    #expect(failure(loading: directory).description.contains("damaged"))
  }

  @Test func writingRefusesWhatDoesNotFit() throws {
    func write(_ weights: BackboneWeights, merges: [(String, String)]) throws {
      try Backbone.write(
        weights: weights, preprocessing: ImagePreprocessing(size: 8), merges: merges, card: TinyBackbone.card,
        to: folder.path, name: "tiny")
    }
    #expect(throws: Failure.self) { try write(TinyBackbone.weights, merges: []) }
    var tensors = TinyBackbone.weights.tensors
    tensors["ln_final.bias"] = Tensor(shape: [64], repeating: 1e5)
    let large = try BackboneWeights(TinyBackbone.configuration, tensors: tensors, origin: "test")
    #expect(throws: Failure.self) { try write(large, merges: TinyBackbone.merges) }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
  }

  @Test func metadataTellsWhatShapesCannot() throws {
    var configuration = TinyBackbone.configuration
    configuration.activation = .gelu
    configuration.vision.heads = 8
    let json = String(decoding: try JSONEncoder().encode(configuration), as: UTF8.self)
    let path = try write(TinyBackbone.entries(), metadata: ["configuration": json])
    #expect(try Backbone(named: path).configuration == configuration)
  }

  @Test func mistakesInTheFileAreNamed() throws {
    func without(_ name: String) -> [SafeTensorsEntry] { TinyBackbone.entries { $0[name] = nil } }
    func with(_ name: String, _ shape: [Int]) -> [SafeTensorsEntry] {
      TinyBackbone.entries { $0[name] = Tensor(shape: shape, repeating: 0) }
    }
    #expect(try problem(without("ln_final.bias")).hasSuffix("the weight ln_final.bias is missing"))
    #expect(try problem(without("text_projection")).hasSuffix("the weight text_projection is missing"))
    #expect(
      try problem(with("visual.proj", [128, 25]))
        .hasSuffix("the weight visual.proj has the shape [128, 25], the model needs [128, 24]"))
    #expect(try problem(with("visual.conv1.weight", [128, 48])).contains("not one of 4 dimensions"))
    #expect(try problem(with("ln_final.weight", [65])).contains("how many heads share the text width 65"))
    #expect(try problem(with("visual.positional_embedding", [0, 128])).contains("the image size is 0"))
    #expect(try problem(with("visual.layer1.0.conv1.weight", [1])).contains("ResNet"))
    #expect(try problem(with("logit_bias", [])).contains("SigLIP"))
    #expect(try problem(with("text_model.final_layer_norm.bias", [1])).contains("Hugging Face's names"))
    #expect(try problem(with("visual.trunk.norm.bias", [1])).contains("OpenCLIP's other architectures"))
    #expect(try problem(with("transformer.resblocks.7.ln_1.bias", [64])).contains("has no place"))
    #expect(
      try problem(TinyBackbone.entries { $0 = $0.filter { $0.key.hasPrefix("visual.") } }).contains("no text tower"))
    #expect(
      try problem(TinyBackbone.entries { $0 = $0.filter { !$0.key.hasPrefix("visual.") } }).contains("no vision tower"))
  }

  @Test func mistakesInTheMetadataAreNamed() throws {
    #expect(try problem(TinyBackbone.entries(), metadata: ["configuration": "{"]).contains("this is not JSON"))
    #expect(try problem(TinyBackbone.entries(), metadata: ["configuration": "{}"]).contains("is missing"))
    func configured(_ change: (inout CLIPConfiguration) -> Void) throws -> String {
      var configuration = TinyBackbone.configuration
      change(&configuration)
      let json = String(decoding: try JSONEncoder().encode(configuration), as: UTF8.self)
      return try problem(TinyBackbone.entries(), metadata: ["configuration": json])
    }
    #expect(try configured { $0.text.heads = 0 }.contains("the text heads is 0"))
    #expect(try configured { $0.text.heads = 5 }.contains("5 heads cannot share the text width 64"))
    #expect(try configured { $0.vision.width = .max }.contains("the vision width is"))
    #expect(try configured { $0.vision.layers = 1 << 40 }.contains("the vision layers is"))
    #expect(try configured { $0.patchSize = 3 }.contains("no whole number of patches"))
    let preprocessing = #"{"size":8,"mean":[0,0],"deviation":[1,1,1]}"#
    #expect(
      try problem(TinyBackbone.entries(), metadata: ["preprocessing": preprocessing]).contains("must be three numbers"))
  }

  @Test func openCLIPIsNotTakenForOpenAI() throws {
    try folder.write("{}", to: "open_clip_config.json")
    #expect(try problem(TinyBackbone.entries()).contains("open_clip_config.json: model_cfg is missing"))
  }

  @Test func wordsNeedATokenizer() throws {
    let backbone = try Backbone(
      name: "bare", weights: TinyBackbone.weights, tokenizer: nil, preprocessing: ImagePreprocessing(size: 8))
    let failure = #expect(throws: Failure.self) { try backbone.tokens(of: "cat") }
    #expect(failure?.description.contains("RPP_MERGES") == true)
  }

  @Test(arguments: [
    ("random:ViT-B16", "did you mean random:ViT-B-16?"), ("vit-l-14", "did you mean random:ViT-L-14?"),
    ("embedded:studnet", "did you mean embedded:student?"), ("/nowhere/at/all", "random:ViT-B-32"),
  ])
  func unknownNamesAreMistakesOfTheCommand(name: String, hint: String) {
    let failure = failure(loading: name)
    #expect(failure.kind == .usage)
    #expect(failure.description.contains(hint))
    #expect(!failure.description.contains("\n"))
  }

  @Test func directoriesWithoutConfigurationAreNamed() throws {
    #expect(failure(loading: folder.path).description.contains("without config.json"))
    _ = try write(TinyBackbone.entries())
    try SafeTensorsWriter.write(to: "\(folder.path)/other.safetensors", tensors: [])
    #expect(failure(loading: folder.path).description.contains("name the safetensors file"))
  }

  @Test func theChecksumIsThatOfTheValues() throws {
    let backbone = try Backbone(named: write(TinyBackbone.entries()))
    let half = try Backbone(named: write(TinyBackbone.entries(dtype: .float16)))
    let again = try Backbone(
      name: "halved", weights: TinyBackbone.halved(), tokenizer: nil, preprocessing: ImagePreprocessing(size: 8))
    #expect(backbone.checksum.count == 32)
    #expect(half.checksum == again.checksum && half.checksum != backbone.checksum)
  }

  @Test func theSummaryCountsEveryWeight() throws {
    let summary = BackboneSummary(try Backbone(named: write(TinyBackbone.entries())))
    let all = TinyBackbone.weights.tensors.values.reduce(0) { $0 + $1.count }
    #expect(summary.textParameters + summary.visionParameters + 1 == all)
    #expect(summary.description.contains("quick_gelu"))
  }
}

/// How loading fails.
func failure(loading name: String) -> Failure {
  let failure = #expect(throws: Failure.self) { try Backbone(named: name) }
  return failure ?? Failure("loaded")
}
