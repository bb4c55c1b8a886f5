import Basics
import SafeTensors
import Tensors

/// The state of a training between two steps: parameters, optimiser, and what else its loop needs, as text and tensors.
///
/// A file has the tensors `parameter.NAME` and `optimizer.NAME#…` (see ``Optimizer/state``), those of the loop under their own
/// names, and in its metadata `format`, `optimizerSteps`, a checksum and the entries of the loop.
public struct Checkpoint: Equatable, Sendable {
  /// The learned tensors.
  public var parameters: ParameterSet
  /// The optimiser with its running means.
  public var optimizer: Optimizer
  /// Entries of the loop, by name.
  public var entries: [String: String]
  /// Tensors of the loop, by name.
  public var tensors: [String: Tensor]

  private static let format = "rpp-checkpoint-1"

  /// A checkpoint of the given parts.
  public init(
    parameters: ParameterSet, optimizer: Optimizer, entries: [String: String] = [:], tensors: [String: Tensor] = [:]
  ) {
    self.parameters = parameters
    self.optimizer = optimizer
    self.entries = entries
    self.tensors = tensors
  }

  /// Writes it: the whole file or nothing.
  ///
  /// - Throws: ``Failure`` if it cannot be written.
  public func write(to path: String) throws {
    let all =
      parameters.names.map { SafeTensorsEntry("parameter.\($0)", parameters[$0]!) }
      + optimizer.state.map { SafeTensorsEntry("optimizer.\($0.key)", $0.value) }
      + tensors.map { SafeTensorsEntry($0.key, $0.value) }
    try SafeTensorsWriter.writeWithChecksum(
      to: path, tensors: all,
      metadata: entries.merging(["format": Self.format, "optimizerSteps": "\(optimizer.stepCount)"]) { $1 })
  }

  /// Reads what ``write(to:)`` wrote.
  ///
  /// - Parameters:
  ///   - initial: Parameters whose names and shapes the file's must have.
  ///   - configuration: The optimiser's rule.
  /// - Throws: ``Failure`` if the file is damaged, was written by something else, or holds other tensors than these, or numbers
  ///   that are not finite.
  public init(path: String, like initial: ParameterSet, _ configuration: OptimizerConfiguration) throws {
    let file = try SafeTensorsFile(path: path, verifyingChecksum: true)
    guard file.metadata["format"] == Self.format, let steps = file.metadata["optimizerSteps"].flatMap({ Int($0) }),
      steps >= 0
    else { throw Failure("\(path) is no checkpoint of this version of RPP") }
    parameters = initial
    for name in initial.names {
      parameters[name] = try file.tensor("parameter.\(name)", shape: initial[name]!.shape)
    }
    var state: [String: Tensor] = [:]
    tensors = [:]
    for name in file.names where !name.hasPrefix("parameter.") {
      guard name.hasPrefix("optimizer.") else {
        tensors[name] = try file.tensor(name)
        continue
      }
      let key = String(name.dropFirst("optimizer.".count))
      // `NAME#velocity` is of the shape of NAME; the optimiser's loops trust it.
      guard let owner = initial[String(key.prefix { $0 != "#" })] else {
        throw Failure("\(path): \(key) is no state of an optimizer of these parameters")
      }
      state[key] = try file.tensor(name, shape: owner.shape)
    }
    optimizer = Optimizer(configuration, stepCount: steps, state: state)
    entries = file.metadata
  }
}

extension SafeTensorsFile {
  /// A tensor of the file that must have a shape and hold finite numbers.
  ///
  /// - Throws: ``Failure`` naming the tensor and what is wrong with it.
  public func tensor(_ name: String, shape: [Int]) throws -> Tensor {
    let tensor = try self.tensor(name)
    guard tensor.shape == shape else {
      throw Failure("\(path): \(name) has the shape \(tensor.shape), what is learned has \(shape)")
    }
    guard tensor.isFinite else { throw Failure("\(path): \(name) holds numbers that are not finite") }
    return tensor
  }
}
