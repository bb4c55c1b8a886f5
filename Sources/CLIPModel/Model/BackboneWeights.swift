import Basics
import Foundation
import Synchronization
import Tensors

/// The weights of a CLIP under OpenAI's names, complete and of the right shapes.
public struct BackboneWeights: Sendable {
  /// The sizes that they are of.
  public let configuration: CLIPConfiguration
  /// By name, see ``CLIPConfiguration/weightShapes``.
  public internal(set) var tensors: [String: Tensor]

  /// Weights that were read or learned.
  ///
  /// - Parameter origin: Where they come from, for messages.
  /// - Throws: ``Failure`` naming a weight that is missing, has the wrong shape, or is not finite.
  public init(_ configuration: CLIPConfiguration, tensors: [String: Tensor], origin: String) throws {
    for (name, shape) in configuration.weightShapes {
      guard let tensor = tensors[name] else { throw Failure("\(origin): the weight \(name) is missing") }
      // A scalar is stored as [] or [1].
      guard tensor.shape == shape || (shape.isEmpty && tensor.count == 1) else {
        throw Failure("\(origin): the weight \(name) has the shape \(tensor.shape), the model needs \(shape)")
      }
      guard tensor.isFinite else { throw Failure("\(origin): the weight \(name) holds NaN or infinity") }
    }
    self.configuration = configuration
    let wanted = Set(configuration.weightShapes.map(\.name))
    self.tensors = tensors.filter { wanted.contains($0.key) }
  }

  /// Random weights as CLIP's training starts from (Radford et al. 2021, `initialize_parameters` of its code).
  public init(random configuration: CLIPConfiguration, seed: UInt64) {
    self.configuration = configuration
    let stream = RandomStream(purpose: "backbone-weights", task: "", seed: seed)
    let shapes = configuration.weightShapes
    let tensors = Mutex<[String: Tensor]>([:])
    Parallel.forEach(shapes.count) { index in
      let (name, shape) = shapes[index]
      let tensor = Self.random(name, shape, configuration, stream.substream(index))
      tensors.withLock { $0[name] = tensor }
    }
    self.tensors = tensors.withLock { $0 }
  }

  private static func random(
    _ name: String, _ shape: [Int], _ configuration: CLIPConfiguration, _ stream: RandomStream
  ) -> Tensor {
    if name == "logit_scale" { return Tensor(shape: shape, [Float(log(1 / 0.07))]) }
    if name.hasSuffix("bias") { return Tensor(shape: shape, repeating: 0) }
    let isNorm = name.contains("ln_")
    if isNorm { return Tensor(shape: shape, repeating: 1) }
    let tower = name.hasPrefix("visual") ? configuration.vision : configuration.text
    let width = Double(tower.width)
    let perLayer = Double(2 * tower.layers)
    let deviation: Double =
      switch name {
      case "token_embedding.weight": 0.02
      case "positional_embedding": 0.01
      case "visual.conv1.weight": 1 / Double(3 * 3 * configuration.patchSize * configuration.patchSize).squareRoot()
      case _ where name.hasSuffix("attn.out_proj.weight"): 1 / (width * perLayer).squareRoot()
      case _ where name.hasSuffix("mlp.c_proj.weight"): 1 / (width * perLayer).squareRoot()
      case _ where name.hasSuffix("mlp.c_fc.weight"): 1 / (2 * width).squareRoot()
      default: 1 / width.squareRoot()
      }
    var stream = stream
    return Tensor(shape: shape) { elements in
      for index in elements.indices { elements[index] = Float(stream.normal() * deviation) }
    }
  }

  /// Memory that they take.
  public var bytes: Int { tensors.values.reduce(0) { $0 + $1.count * MemoryLayout<Float>.stride } }

  /// The frozen model of these weights.
  public var model: CLIP {
    let shapes = Dictionary(uniqueKeysWithValues: configuration.weightShapes.map { ($0.name, $0.shape) })
    return CLIP(configuration) { Variable(tensors[$0]!.reshaped(shapes[$0]!)) }
  }
}
