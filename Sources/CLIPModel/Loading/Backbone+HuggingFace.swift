import Basics
import Foundation
import Tensors
import Tokenization

extension Backbone {
  /// The backbone of a directory as Hugging Face's transformers write it: `config.json`, weights, the tokenizer's files,
  /// `preprocessor_config.json`.
  init(huggingFaceDirectory directory: String, name: String) throws {
    let configurationPath = "\(directory)/config.json"
    let configuration = try JSONText.decode(
      HuggingFaceConfiguration.self, file: configurationPath, isSnakeCase: true
    )
    .configuration(origin: configurationPath)
    let preprocessingPath = "\(directory)/preprocessor_config.json"
    guard FileManager.default.fileExists(atPath: preprocessingPath) else {
      throw Failure("\(directory): no preprocessor_config.json, so how its images are prepared is not known")
    }
    let preprocessing = try JSONText.decode(
      HuggingFacePreprocessing.self, file: preprocessingPath, isSnakeCase: true
    )
    .preprocessing(for: configuration, origin: preprocessingPath)

    let files = try HuggingFaceFiles(directory: directory)
    try Architecture.requireHuggingFace(files.names, origin: directory)
    let shapes = configuration.weightShapes
    try Architecture.requireNothingElse(
      files.names, besides: shapes.flatMap { HuggingFaceWeight(openAIName: $0.name).names },
      ignoring: ["text_model.embeddings.position_ids", "vision_model.embeddings.position_ids"], origin: directory)
    let tensors = try Parallel.map(shapes.count) { index in
      try files.tensor(shapes[index].name, shape: shapes[index].shape, origin: directory)
    }
    try self.init(
      name: name,
      weights: BackboneWeights(
        configuration, tensors: Dictionary(uniqueKeysWithValues: zip(shapes.map(\.name), tensors)), origin: directory),
      tokenizer: TokenizerFiles.tokenizer(in: directory, for: configuration), preprocessing: preprocessing)
  }
}
