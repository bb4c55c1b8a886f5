import Basics
import Foundation
import SafeTensors
import Tensors
import Tokenization

/// What stands in the metadata of a weights file and beside it.
enum WeightsFileForm {
  static let configurationKey = "configuration"
  static let preprocessingKey = "preprocessing"
  static let checksumKey = "checksum"
  static let fileExtension = ".safetensors"

  /// Where the merges and the card of a weights file are.
  static func siblings(of path: String) -> (merges: String, card: String) {
    let stem = path.hasSuffix(fileExtension) ? String(path.dropLast(fileExtension.count)) : path
    return ("\(stem).merges.txt", "\(stem).json")
  }
}

extension Backbone {
  /// The backbone of a safetensors file with OpenAI's names.
  ///
  /// Sizes and preprocessing come from the metadata where they stand there, else from the shapes and from CLIP; merges and
  /// card from the files beside it, see ``write(weights:preprocessing:merges:card:to:name:)``.
  init(weightsFile path: String, name: String) throws {
    var file = try SafeTensorsFile(path: path)
    if file.metadata[WeightsFileForm.checksumKey] != nil {
      file = try SafeTensorsFile(path: path, verifyingChecksum: true)
    }
    // OpenCLIP uses OpenAI's names for models of another activation, which no shape tells.
    if file.metadata[WeightsFileForm.configurationKey] == nil, OpenCLIPFiles.describe(path) {
      try self.init(openCLIPWeights: path, name: name)
      return
    }
    try Architecture.requireOpenAI(file)
    let configuration = try Self.configuration(of: file)
    try configuration.validate(origin: path)
    try Architecture.requireNothingElse(
      file.names, besides: configuration.weightShapes.map(\.name), ignoring: Architecture.openAIBuffers, origin: path)
    var preprocessing = ImagePreprocessing(size: configuration.imageSize)
    if let text = file.metadata[WeightsFileForm.preprocessingKey] {
      preprocessing = try JSONText.decode(
        ImagePreprocessing.self, Data(text.utf8), origin: "\(path), \(WeightsFileForm.preprocessingKey)")
    }
    let weights = file
    let names = configuration.weightShapes.map(\.name).filter(file.contains)
    let tensors = try Parallel.map(names.count) { try weights.tensor(names[$0]) }
    let siblings = WeightsFileForm.siblings(of: path)
    let files = FileManager.default
    try self.init(
      name: name,
      weights: BackboneWeights(
        configuration, tensors: Dictionary(uniqueKeysWithValues: zip(names, tensors)), origin: path),
      tokenizer: files.fileExists(atPath: siblings.merges)
        ? BytePairTokenizer(mergesFile: siblings.merges, vocabularySize: configuration.vocabularySize)
        : UserMerges.tokenizer(for: configuration),
      preprocessing: preprocessing,
      card: files.fileExists(atPath: siblings.card)
        ? JSONText.decode(BackboneCard.self, file: siblings.card) : nil)
  }

  private static func configuration(of file: SafeTensorsFile) throws -> CLIPConfiguration {
    if let text = file.metadata[WeightsFileForm.configurationKey] {
      return try JSONText.decode(
        CLIPConfiguration.self, Data(text.utf8), origin: "\(file.path), \(WeightsFileForm.configurationKey)")
    }
    return try CLIPConfiguration(inferredFrom: file)
  }

  /// Writes a backbone that ``init(named:)`` reads by the path of its weights: `NAME.safetensors` in half precision, with
  /// sizes, preprocessing and a checksum in its metadata, `NAME.merges.txt` and `NAME.json`.
  ///
  /// - Parameters:
  ///   - merges: The tokenizer's merges in the letters of CLIP's files, 514 fewer than the model has tokens.
  ///   - directory: Where to; made if it is not there.
  /// - Throws: ``Failure`` if the parts do not fit each other, a weight is too large for half precision, or a file cannot
  ///   be written.
  public static func write(
    weights: BackboneWeights, preprocessing: ImagePreprocessing, merges: [(String, String)], card: BackboneCard,
    to directory: String, name: String
  ) throws {
    let path = "\(directory)/\(name)\(WeightsFileForm.fileExtension)"
    _ = try Backbone(
      name: path, weights: weights, tokenizer: BytePairTokenizer(merges: merges), preprocessing: preprocessing)
    let largest = Float(Float16.greatestFiniteMagnitude)
    for (weight, tensor) in weights.tensors.sorted(by: { $0.key < $1.key }) {
      guard tensor.withElements({ $0.allSatisfy { abs($0) <= largest } }) else {
        throw Failure("\(path): the weight \(weight) has values beyond half precision (\(largest))")
      }
    }
    try Folder.make(directory)
    let siblings = WeightsFileForm.siblings(of: path)
    try MergesLearner.write(merges: merges, to: siblings.merges)
    try AtomicFile.write(Data((try JSONText.encode(card) + "\n").utf8), to: siblings.card)
    // Last, so that weights are never there without what belongs to them.
    try SafeTensorsWriter.writeWithChecksum(
      to: path, tensors: weights.tensors.map { SafeTensorsEntry($0.key, $0.value, dtype: .float16) },
      metadata: [
        WeightsFileForm.configurationKey: try JSONText.encode(weights.configuration),
        WeightsFileForm.preprocessingKey: try JSONText.encode(preprocessing),
      ])
  }
}
