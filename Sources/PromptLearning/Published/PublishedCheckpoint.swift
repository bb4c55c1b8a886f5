import Basics
import PyTorchFiles
import Tensors

/// A checkpoint as a structure looks at it: the shapes of the tensors that it learns.
public struct PublishedCheckpoint {
  private let file: PyTorchFile
  private let published: [LearnedTensor: String]
  /// What stands before the names of the module that is written alone elsewhere; empty where it is written alone here too.
  private let prefix: String

  /// - Parameter type: The structure whose names the file has.
  /// - Throws: ``Failure`` if a tensor is there twice, as of the module alone and as of the whole model.
  init(_ file: PyTorchFile, of type: any PromptStructure.Type) throws {
    self.file = file
    let type = type as? any HasPublishedCheckpoint.Type
    published = type?.publishedNames ?? [:]
    let prefix = type?.publishedModule.map { "\($0)." } ?? ""
    self.prefix = !prefix.isEmpty && file.names.contains { $0.hasPrefix(prefix) } ? prefix : ""
    let all = Set(file.names)
    if !self.prefix.isEmpty, let twice = file.names.first(where: { all.contains(prefix + $0) }) {
      throw Failure(
        "\(file.path): both \(Spelling.quoted(twice)) and \(Spelling.quoted(prefix + twice)) are there; one is meant")
    }
  }

  /// The file's path.
  public var path: String { file.path }

  /// The names as the structure knows them: without that of the module where it is written alone.
  var names: [String] { file.names.map { $0.hasPrefix(prefix) ? String($0.dropFirst(prefix.count)) : $0 } }

  /// The published name of a learned tensor; its own if it has no other.
  func name(of tensor: LearnedTensor) -> String { published[tensor] ?? tensor.name }

  /// The shape of a learned tensor.
  ///
  /// - Parameter rank: How many dimensions it can have.
  /// - Throws: ``Failure`` naming the file if it is missing, or has more or fewer dimensions.
  public func shape(of tensor: LearnedTensor, rank: ClosedRange<Int> = 2...2) throws -> [Int] {
    let name = name(of: tensor)
    guard let shape = shape(name) else { throw missing(name) }
    guard rank.contains(shape.count) else {
      let wanted =
        rank.lowerBound == rank.upperBound ? "\(rank.lowerBound)" : "\(rank.lowerBound) or \(rank.upperBound)"
      throw Failure("\(path): the tensor \(name) has the shape \(shape), wanted are \(wanted) dimensions")
    }
    return shape
  }

  /// How many layers, counted from 0, have a learned tensor.
  public func layers(with tensor: (Int) -> LearnedTensor) -> Int {
    var layer = 0
    while let name = published[tensor(layer)], shape(name) != nil { layer += 1 }
    return layer
  }

  func shape(_ name: String) -> [Int]? { file.shape(prefix + name) ?? file.shape(name) }

  func tensor(_ name: String) throws -> Tensor {
    try file.tensor(file.shape(prefix + name) == nil ? name : prefix + name)
  }

  func missing(_ name: String) -> Failure {
    let found =
      names.prefix(5).map { String($0.prefix(80)) }.joined(separator: ", ")
      + (names.count > 5 ? ", … (\(names.count))" : "")
    return Failure("\(path): the tensor \(name) is missing; there are \(found)")
  }

  // MARK: What published models have in common

  /// Whether a tensor of a published model is a weight of the frozen CLIP in it, as the model of CoOp's code names these, and those of
  /// all code that began with it.
  public static func isFrozenWeight(_ name: String) -> Bool {
    (name.hasPrefix("image_encoder.") || name.hasPrefix("text_encoder.") || name == "logit_scale")
      && !name.contains("VPT")
  }
}
