import Basics
import Foundation
import SafeTensors
import Tensors

/// The weights of a Hugging Face directory: `model.safetensors`, or several files that `model.safetensors.index.json` lists.
struct HuggingFaceFiles: Sendable {
  private struct Index: Decodable {
    let weightMap: [String: String]

    // The keys of the map itself are names of weights, which no strategy may change.
    private enum CodingKeys: String, CodingKey {
      case weightMap = "weight_map"
    }
  }

  private let files: [String: SafeTensorsFile]

  /// - Throws: ``Failure`` if there are no weights, or the index names a file outside of the directory.
  init(directory: String) throws {
    let single = "\(directory)/model.safetensors"
    let index = "\(single).index.json"
    if FileManager.default.fileExists(atPath: single) {
      let file = try SafeTensorsFile(path: single)
      files = Dictionary(uniqueKeysWithValues: file.names.map { ($0, file) })
    } else if FileManager.default.fileExists(atPath: index) {
      let map = try JSONText.decode(Index.self, file: index).weightMap
      var shards: [String: SafeTensorsFile] = [:]
      for shard in Set(map.values).sorted() {
        // Bytes: a slash with an accent on it is another character, but leads out of the directory too.
        guard !shard.isEmpty, !shard.utf8.contains(UInt8(ascii: "/")) else {
          throw Failure("\(index): \(shard.debugDescription) is no file of the directory")
        }
        shards[shard] = try SafeTensorsFile(path: "\(directory)/\(shard)")
      }
      files = map.compactMapValues { shards[$0] }
    } else {
      throw Failure(
        "\(directory): no model.safetensors (weights in other forms, such as pytorch_model.bin, are not read)")
    }
  }

  var names: [String] { files.keys.sorted() }

  /// A weight under OpenAI's name.
  ///
  /// - Parameter shape: The shape that it must have there.
  /// - Throws: ``Failure`` naming file and tensor if it is missing or of another shape.
  func tensor(_ name: String, shape: [Int], origin: String) throws -> Tensor {
    switch HuggingFaceWeight(openAIName: name) {
    case .same(let stored):
      return try read(stored, shape: shape, origin: origin)
    case .transposed(let stored):
      return try read(stored, shape: shape.reversed(), origin: origin).transposed
    case .stacked(let parts):
      let partShape = [shape[0] / parts.count] + shape.dropFirst()
      let elements = try parts.flatMap { try read($0, shape: partShape, origin: origin).elements }
      return Tensor(shape: shape, elements)
    }
  }

  private func read(_ name: String, shape: [Int], origin: String) throws -> Tensor {
    guard let file = files[name] else { throw Failure("\(origin): the weight \(name) is missing") }
    let found = try file.info(name).shape
    guard found == shape || (shape.isEmpty && found == [1]) else {
      throw Failure("\(file.path): the weight \(name) has the shape \(found), config.json needs \(shape)")
    }
    return try file.tensor(name)
  }
}
