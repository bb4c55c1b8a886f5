import Basics
import CLIPModel
import Foundation
import PromptLearning
import RPP
import SafeTensors
import Tokenization

/// The input is a letter for a kind of JSON, and such a text: the record of a run, a file of a Hugging Face or OpenCLIP
/// directory, a backbone's card, or what stands in a weights file's metadata.
enum JSONTarget {
  static func run(_ input: [UInt8]) throws {
    let text = input.dropFirst()
    switch input.first {
    case UInt8(ascii: "r"): try record(text)
    case UInt8(ascii: "c"): try huggingFace("config.json", text)
    case UInt8(ascii: "p"): try huggingFace("preprocessor_config.json", text)
    case UInt8(ascii: "i"): try huggingFace("model.safetensors.index.json", text)
    case UInt8(ascii: "o"): try openCLIP(text)
    case UInt8(ascii: "t"):
      _ = try BytePairTokenizer(
        tokenizerFile: ScratchFolder.write(text, to: "\(ScratchFolder.path)/tokenizer.json"))
    case UInt8(ascii: "k"): try card(text)
    // Two weights are enough for the sizes to be checked, and quicker.
    case UInt8(ascii: "m"):
      try metadata(
        ["configuration": String(decoding: text, as: UTF8.self)],
        TinyBackbone.weights.filter { $0.name == "visual.proj" || $0.name == "token_embedding.weight" })
    case UInt8(ascii: "n"):
      try metadata([
        "configuration": TinyBackbone.configuration, "preprocessing": String(decoding: text, as: UTF8.self),
      ])
    default: break
    }
  }

  private static let recordFolder = ScratchFolder.folder("record")

  private static func record(_ text: some Collection<UInt8>) throws {
    ScratchFolder.write(text, to: "\(recordFolder)/run.json")
    let configuration = try RunDirectory.record(in: recordFolder).configuration
    let again = try JSONDecoder().decode(RunConfiguration.self, from: Data(configuration.json.utf8))
    require(again == configuration, "another configuration is read back from \(configuration.json)")
    require(again.differences(from: configuration).isEmpty, "one configuration differs from itself")
    _ = configuration.portable.differences(from: configuration)
  }

  /// For each file that is tried a folder whose other files are correct.
  private static let huggingFaceFolders: [String: String] = {
    let names = ["config.json", "preprocessor_config.json", "model.safetensors.index.json"]
    return Dictionary(
      uniqueKeysWithValues: names.map { name in
        let path = ScratchFolder.folder("hugging-face-\(name)")
        let weights = ["text_model.x", "vision_model.x"].map { SafeTensorsEntry($0, shape: [1], floats: [1]) }
        let file = name.hasSuffix("index.json") ? "shard" : "model"
        ScratchFolder.write(try! SafeTensorsWriter.encode(weights), to: "\(path)/\(file).safetensors")
        ScratchFolder.write(#"{"text_config": {}, "vision_config": {}}"#.utf8, to: "\(path)/config.json")
        ScratchFolder.write("{}".utf8, to: "\(path)/preprocessor_config.json")
        return (name, path)
      })
  }()

  private static func huggingFace(_ name: String, _ text: some Collection<UInt8>) throws {
    let path = huggingFaceFolders[name]!
    ScratchFolder.write(text, to: "\(path)/\(name)")
    _ = try Backbone(named: path)
  }

  private static let openCLIPFolder = {
    let path = ScratchFolder.folder("open-clip")
    ScratchFolder.write(
      try! SafeTensorsWriter.encode([SafeTensorsEntry("logit_scale", shape: [], floats: [1])]),
      to: "\(path)/open_clip_model.safetensors")
    return path
  }()

  private static func openCLIP(_ text: some Collection<UInt8>) throws {
    ScratchFolder.write(text, to: "\(openCLIPFolder)/open_clip_config.json")
    _ = try Backbone(named: openCLIPFolder)
  }

  private static let cardWeights = ScratchFolder.write(
    try! SafeTensorsWriter.encode(TinyBackbone.weights, metadata: ["configuration": TinyBackbone.configuration]),
    to: "\(ScratchFolder.path)/card.safetensors")

  private static func card(_ text: some Collection<UInt8>) throws {
    ScratchFolder.write(text, to: "\(ScratchFolder.path)/card.json")
    let backbone = try Backbone(named: cardWeights)
    _ = BackboneSummary(backbone).description
    _ = try backbone.card?.promptRecipe.map { try TrainingRecipe(card: $0) }
  }

  private static func metadata(
    _ metadata: [String: String], _ weights: [SafeTensorsEntry] = TinyBackbone.weights
  ) throws {
    _ = try Backbone(
      named: ScratchFolder.write(
        try SafeTensorsWriter.encode(weights, metadata: metadata),
        to: "\(ScratchFolder.path)/metadata.safetensors"))
  }
}
