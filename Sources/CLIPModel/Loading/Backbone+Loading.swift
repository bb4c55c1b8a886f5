import Basics
import Foundation
import PyTorchFiles

extension Backbone {
  /// The backbones that have a name of their own; every other name is a path.
  public static let names = RandomBackbone.allCases.map(\.name) + EmbeddedBackbone.allCases.map(\.name)

  /// The backbone that a user names.
  ///
  /// - Parameter name: One of ``names``; or the path of a safetensors file with OpenAI's names (as `write` writes it, or
  ///   converted from OpenAI's), or of OpenAI's own archive (`.pt`) or a state dict of it; or the path of a CLIP's directory as Hugging
  ///   Face's transformers or OpenCLIP write it.
  /// - Throws: ``Failure`` of kind `usage` if there is no such thing, with the nearest name; ``Failure`` naming the file
  ///   and what is wrong in it otherwise.
  public init(named name: String) throws {
    if let random = RandomBackbone.allCases.first(where: { $0.name == name }) {
      try self.init(random)
    } else if let embedded = EmbeddedBackbone.allCases.first(where: { $0.name == name }) {
      try self.init(weightsFile: embedded.path, name: name)
    } else {
      let path = Folder.expanded(name)
      var isDirectory: ObjCBool = false
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else { throw Self.unknown(name) }
      if !isDirectory.boolValue, try PyTorchFile.isOne(path) {
        try self.init(pyTorchFile: path, name: name)
      } else if !isDirectory.boolValue {
        try self.init(weightsFile: path, name: name)
      } else if let weights = OpenCLIPFiles.weights(in: path) {
        // First: other libraries leave a config.json of their own beside these.
        try self.init(openCLIPWeights: weights, name: name)
      } else if FileManager.default.fileExists(atPath: "\(path)/config.json") {
        try self.init(huggingFaceDirectory: path, name: name)
      } else {
        try self.init(weightsFile: Self.onlyWeightsFile(in: path), name: name)
      }
    }
  }

  /// Whether a name is one of ``names``, or the path of something that is there.
  public static func isThere(_ name: String) -> Bool {
    names.contains(name) || FileManager.default.fileExists(atPath: Folder.expanded(name))
  }

  /// What is said of a name that no backbone has.
  package static func unknown(_ name: String) -> Failure {
    // Insertions and removals, in letters of any case, so that vit-b-16 finds random:ViT-B-16.
    func distance(_ candidate: String) -> Int {
      Array(candidate.lowercased()).difference(from: Array(name.lowercased().prefix(80))).count
    }
    let nearest = names.min { distance($0) < distance($1) }.flatMap { distance($0) <= $0.count / 2 ? $0 : nil }
    return .usage(
      "there is no file \(Spelling.quoted(name)) and no backbone of that name"
        + (nearest.map { "; did you mean \($0)?" } ?? "")
        + " (known: \(names.joined(separator: ", ")); or the path of a safetensors file, of OpenAI's .pt, or of a CLIP's directory "
        + "as Hugging Face or OpenCLIP write it)"
    )
  }

  /// The weights in a directory that `rpp backbone train` wrote.
  private static func onlyWeightsFile(in directory: String) throws -> String {
    let files = try FileManager.default.contentsOfDirectory(atPath: directory).filter { $0.hasSuffix(".safetensors") }
    guard let file = files.first, files.count == 1, file != "model.safetensors" else {
      throw Failure(
        "\(directory): a directory without config.json is no Hugging Face model, and one without "
          + "\(OpenCLIPFiles.configuration) and \(OpenCLIPFiles.weights[0]) none of OpenCLIP"
          + (files.isEmpty ? ", and it has no safetensors file" : "; name the safetensors file in it that you mean"))
    }
    return "\(directory)/\(file)"
  }
}
