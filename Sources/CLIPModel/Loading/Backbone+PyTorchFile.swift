import Basics
import Foundation
import PyTorchFiles
import Tensors
import Tokenization

extension Backbone {
  /// The backbone of a file of PyTorch's with OpenAI's names: the archive that OpenAI publishes, whose modules are TorchScript, or a
  /// state dict.
  ///
  /// Sizes come from the shapes, preprocessing from CLIP; merges from `NAME.merges.txt` beside the file, else `RPP_MERGES`.
  init(pyTorchFile path: String, name: String) throws {
    if OpenCLIPFiles.describe(path) {
      try self.init(openCLIPWeights: path, name: name)
      return
    }
    let file = try PyTorchFile(path: path)
    // Weights that share their bytes could stand for any number of them.
    guard file.tensorBytes <= file.size else {
      throw Failure("\(path): its tensors have more bytes than the file, so they share them; weights do not")
    }
    try Architecture.requireOpenAI(file)
    let configuration = try CLIPConfiguration(inferredFrom: file)
    try configuration.validate(origin: path)
    let names = configuration.weightShapes.map(\.name)
    try Architecture.requireNothingElse(
      file.names, besides: names, ignoring: Architecture.openAIBuffers, origin: path)
    let tensors = try Parallel.map(names.count) { index in
      guard file.shape(names[index]) != nil else { throw Failure("\(path): the weight \(names[index]) is missing") }
      return try file.tensor(names[index])
    }
    let stem = URL(fileURLWithPath: path).deletingPathExtension().path
    let merges = "\(stem).merges.txt"
    try self.init(
      name: name,
      weights: BackboneWeights(
        configuration, tensors: Dictionary(uniqueKeysWithValues: zip(names, tensors)), origin: path),
      tokenizer: FileManager.default.fileExists(atPath: merges)
        ? BytePairTokenizer(mergesFile: merges, vocabularySize: configuration.vocabularySize)
        : UserMerges.tokenizer(for: configuration),
      preprocessing: ImagePreprocessing(size: configuration.imageSize))
  }
}
