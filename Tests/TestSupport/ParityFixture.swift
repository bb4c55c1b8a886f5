import Basics
import CLIPModel
import Foundation
import SafeTensors
import Tensors

/// A file of golden values of the published code on one small random CLIP.
public struct ParityFixture: Sendable {
  /// The folder of these files: `RPP_PARITY_DIR` when it is set, else the repository's own.
  public static let directory: String = {
    if let path = ProcessInfo.processInfo.environment["RPP_PARITY_DIR"], !path.isEmpty { return path }
    let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    return here.deletingLastPathComponent().appendingPathComponent("Fixtures/parity").path
  }()

  /// The CLIP that all files belong to; it has no tokenizer.
  public static func backbone() throws -> Backbone {
    let fixture = try ParityFixture(named: "backbone")
    let layers = try fixture.integer("layers")
    func tower(_ name: String, prefix: String) throws -> CLIPConfiguration.Tower {
      let mlp = try fixture.file.info("\(prefix).resblocks.0.mlp.c_fc.weight")
      return CLIPConfiguration.Tower(
        width: try fixture.integer("\(name)Width"), layers: layers, heads: try fixture.integer("\(name)Heads"),
        hiddenWidth: mlp.shape.first)
    }
    let configuration = CLIPConfiguration(
      text: try tower("text", prefix: "transformer"), vision: try tower("vision", prefix: "visual.transformer"),
      embedDimension: try fixture.integer("embedDim"), contextLength: try fixture.integer("context"),
      vocabularySize: try fixture.integer("vocabulary"), patchSize: try fixture.integer("patch"),
      imageSize: try fixture.integer("image"), activation: .quickGELU)
    var tensors: [String: Tensor] = [:]
    for name in fixture.names { tensors[name] = try fixture.tensor(name) }
    return try Backbone(
      name: "parity", weights: BackboneWeights(configuration, tensors: tensors, origin: fixture.file.path),
      tokenizer: nil, preprocessing: ImagePreprocessing(size: configuration.imageSize))
  }

  /// What the file says of itself.
  public var metadata: [String: String] { file.metadata }
  /// The tensors' names, sorted.
  public var names: [String] { file.names }
  /// The rows of `tokens`, each cut after its end token; none where the file has no `tokens`.
  public let tokenSequences: [[Int]]
  private let file: SafeTensorsFile

  /// The file `NAME.safetensors` of the folder.
  ///
  /// - Throws: ``Failure`` if it is not there or damaged, or a row of tokens has no end.
  public init(named name: String) throws {
    file = try SafeTensorsFile(path: "\(Self.directory)/\(name).safetensors")
    guard file.contains("tokens") else {
      tokenSequences = []
      return
    }
    let info = try file.info("tokens")
    guard info.shape.count == 2, let end = file.metadata["eot"].flatMap(Int.init) else {
      throw Failure("\(file.path): tokens must be a matrix, and eot in the metadata")
    }
    let tokens = try file.integers("tokens")
    let length = info.shape[1]
    let path = file.path
    tokenSequences = try (0..<info.shape[0]).map { row in
      let sequence = tokens[row * length..<(row + 1) * length]
      guard let last = sequence.firstIndex(of: end) else { throw Failure("\(path): row \(row) of tokens has no end") }
      return Array(sequence[...last])
    }
  }

  /// A tensor of numbers.
  ///
  /// - Throws: ``Failure`` if there is none of that name.
  public func tensor(_ name: String) throws -> Tensor { try file.tensor(name) }

  /// The elements of a tensor of integers.
  ///
  /// - Throws: ``Failure`` if there is none of that name.
  public func integers(_ name: String) throws -> [Int] { try file.integers(name) }

  /// A whole number of the metadata.
  ///
  /// - Throws: ``Failure`` if there is none of that name.
  public func integer(_ key: String) throws -> Int {
    guard let value = metadata[key].flatMap(Int.init) else {
      throw Failure("\(file.path): the metadata has no whole number \(key)")
    }
    return value
  }
}
