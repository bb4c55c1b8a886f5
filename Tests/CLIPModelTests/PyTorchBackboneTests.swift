import Basics
import CLIPModel
import Foundation
import PyTorchFiles
import Tensors
import TestSupport
import Testing

/// Backbones in files of PyTorch's under OpenAI's names; TorchScript is read in `Tests/pytorch-files.sh`.
struct PyTorchBackboneTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func write(_ tensors: [PyTorchTensor]) throws -> String {
    let path = "\(folder.path)/ViT.pt"
    try PyTorchWriter.write(to: path, stateDict: tensors)
    return path
  }

  private var tensors: [PyTorchTensor] {
    TinyBackbone.weights.tensors.sorted { $0.key < $1.key }.map { PyTorchTensor($0.key, $0.value) }
  }

  @Test func aStateDictIsABackbone() throws {
    let path = try write(tensors + [PyTorchTensor("vocab_size", shape: [], floats: [516])])
    let backbone = try Backbone(named: path)
    #expect(backbone.configuration == TinyBackbone.configuration)
    #expect(backbone.weights.tensors == TinyBackbone.weights.tensors)
    #expect(backbone.checksum == TinyBackbone.weights.checksumOfABackbone)
    #expect(backbone.preprocessing == ImagePreprocessing(size: 8) && backbone.name == path)
    #expect(backbone.tokenizer == nil)
    try folder.write("#version: 0.2\na t</w>\nc at</w>\n", to: "ViT.merges.txt")
    #expect(try Backbone(named: path).tokens(of: "Cat at") == [514, 513, 512, 515])
  }

  @Test func whatIsNoBackboneIsRefused() throws {
    func problem(_ tensors: [PyTorchTensor]) throws -> String { failure(loading: try write(tensors)).description }
    #expect(
      try problem(tensors.filter { $0.name != "ln_final.weight" }).contains("the weight ln_final.weight is missing"))
    #expect(try problem(tensors.filter { $0.name != "visual.proj" }).contains("the weight visual.proj is missing"))
    #expect(try problem(tensors.filter { !$0.name.hasPrefix("visual.") }).contains("it has no vision tower"))
    #expect(
      try problem(tensors + [PyTorchTensor("other", shape: [1], floats: [0])])
        .contains("the weight \"other\" has no place in a CLIP of these sizes"))
    try folder.write("{}", to: "open_clip_config.json")
    #expect(try problem(tensors).contains("open_clip_config.json: model_cfg is missing"))
  }
}

extension BackboneWeights {
  fileprivate var checksumOfABackbone: String? {
    try? Backbone(name: "tiny", weights: self, tokenizer: nil, preprocessing: ImagePreprocessing(size: 8)).checksum
  }
}
