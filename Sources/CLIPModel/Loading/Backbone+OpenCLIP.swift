import Basics
import Foundation
import PyTorchFiles
import SafeTensors

/// The names of files in a directory of OpenCLIP's form.
enum OpenCLIPFiles {
  static let configuration = "open_clip_config.json"
  static let weights = ["open_clip_model.safetensors", "open_clip_pytorch_model.bin"]

  /// Whether there is a configuration beside a file of weights.
  static func describe(_ weights: String) -> Bool {
    let directory = URL(fileURLWithPath: weights).deletingLastPathComponent().path
    return FileManager.default.fileExists(atPath: "\(directory)/\(configuration)")
  }

  /// The weights in a directory that has a configuration; nil if it has not both.
  static func weights(in directory: String) -> String? {
    weights.map { "\(directory)/\($0)" }.first { FileManager.default.fileExists(atPath: $0) && describe($0) }
  }
}

extension Backbone {
  /// The backbone of a directory as OpenCLIP writes it for a hub: `open_clip_config.json`, weights under OpenAI's names, and
  /// the tokenizer's files.
  ///
  /// - Parameter path: The weights, beside the configuration.
  init(openCLIPWeights path: String, name: String) throws {
    let directory = URL(fileURLWithPath: path).deletingLastPathComponent().path
    let origin = "\(directory)/\(OpenCLIPFiles.configuration)"
    let description = try JSONText.decode(OpenCLIPConfiguration.self, file: origin, isSnakeCase: true)
    let configuration = try description.configuration(origin: origin)
    let preprocessing = try description.preprocessing(for: configuration, origin: origin)
    let file: any OpenAIWeights =
      try PyTorchFile.isOne(path) ? PyTorchFile(path: path) : SafeTensorsFile(path: path)
    let shapes = configuration.weightShapes
    let names = shapes.map(\.name).map { name in
      let isText = !name.hasPrefix("visual.") && name != "logit_scale"
      return description.hasTextPrefix && isText ? "text.\(name)" : name
    }
    try Architecture.requireNothingElse(
      file.names, besides: names, ignoring: ["attn_mask", "text.attn_mask"], origin: path)
    let tensors = try Parallel.map(shapes.count) { index in
      let (name, shape) = (names[index], shapes[index].shape)
      guard file.contains(name) else { throw Failure("\(path): the weight \(name) is missing") }
      let found = try file.shape(of: name)
      guard found == shape || (shape.isEmpty && found == [1]) else {
        throw Failure(
          "\(path): the weight \(name) has the shape \(found), \(OpenCLIPFiles.configuration) needs \(shape)")
      }
      return try file.tensor(name)
    }
    try self.init(
      name: name,
      weights: BackboneWeights(
        configuration, tensors: Dictionary(uniqueKeysWithValues: zip(shapes.map(\.name), tensors)), origin: path),
      tokenizer: TokenizerFiles.tokenizer(in: directory, for: configuration), preprocessing: preprocessing)
  }
}
