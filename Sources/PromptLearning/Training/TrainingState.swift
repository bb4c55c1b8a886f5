import Basics
import CLIP
import Foundation
import Optimization
import SafeTensors
import Tensors

/// Where a run stands between two steps: everything that decides the steps to come.
///
/// The random state is the position: every stream is named by the seed and the epoch.
/// A file of it also holds the configuration of its run, and says in which arithmetic its steps were computed.
public struct TrainingState: Equatable, Sendable {
  /// The learned tensors.
  public var parameters: ParameterSet
  /// The optimiser with its running means.
  public var optimizer: Optimizer
  /// The epoch that the next step belongs to.
  public var epoch = 0
  /// The next step within it.
  public var step = 0
  /// Sums over the steps of the epoch so far.
  public var epochLoss = 0.0
  /// Images of the epoch so far that were classified correctly.
  public var epochCorrect = 0
  /// The best accuracy on validation images so far; nil before the first look.
  public var bestAccuracy: Double?
  /// In which arithmetic the steps so far were computed.
  public var arithmetic = ArithmeticHistory()

  /// The state before the first step.
  public init(parameters: ParameterSet, optimizer: OptimizerConfiguration) {
    self.parameters = parameters
    self.optimizer = Optimizer(optimizer)
  }

  /// Writes the state and the configuration it belongs to, with a checksum; no path, time or host.
  public func write(to path: String, _ configuration: RunConfiguration) throws {
    let entries =
      parameters.names.map { SafeTensorsEntry("parameter.\($0)", parameters[$0]!) }
      + optimizer.state.map { SafeTensorsEntry("optimizer.\($0.key)", $0.value) }
    try SafeTensorsWriter.writeWithChecksum(
      to: path, tensors: entries,
      metadata: [
        "format": Self.format, "configuration": configuration.portable.json,
        "arithmetic": try JSONText.encode(arithmetic), "epoch": "\(epoch)",
        "step": "\(step)", "optimizerSteps": "\(optimizer.stepCount)", "epochLoss": "\(epochLoss)",
        "epochCorrect": "\(epochCorrect)", "bestAccuracy": bestAccuracy.map { "\($0)" } ?? "",
      ])
  }

  /// Reads a state that ``write(to:_:)`` wrote.
  ///
  /// - Parameters:
  ///   - configuration: That of the run that the state must belong to.
  ///   - initial: A state of the same structure and optimiser, whose tensors' shapes the file's must have.
  /// - Throws: ``Failure`` if the file is damaged, is of another run (naming the difference), or holds what no run can.
  public init(path: String, of configuration: RunConfiguration, like initial: TrainingState) throws {
    let file = try SafeTensorsFile(path: path, verifyingChecksum: true)
    let metadata = file.metadata
    guard metadata["format"] == Self.format, let owner = metadata["configuration"], let history = metadata["arithmetic"]
    else { throw Failure("\(path) is no checkpoint of this version of rpp train") }
    let differences = configuration.portable.differences(
      from: try JSONText.decode(RunConfiguration.self, Data(owner.utf8), origin: "\(path), configuration"))
    guard differences.isEmpty else {
      throw Failure(
        "\(path) is of another run than run.json beside it (\(differences.joined(separator: "; "))); put back the file that "
          + "belongs here, or begin again in another folder")
    }
    self = initial
    func value<Value: LosslessStringConvertible>(_ key: String, _ isAllowed: (Value) -> Bool) throws -> Value {
      let text = metadata[key] ?? ""
      guard let value = Value(text), isAllowed(value) else {
        throw Failure("\(path): \(key) is \(Spelling.quoted(text)), and no run can stand there")
      }
      return value
    }
    epoch = try value("epoch") { (0...configuration.epochs).contains($0) }
    step = try value("step") { $0 >= 0 }
    let steps = try value("optimizerSteps") { $0 >= 0 }
    epochLoss = try value("epochLoss") { $0.isFinite }
    epochCorrect = try value("epochCorrect") { $0 >= 0 }
    bestAccuracy = metadata["bestAccuracy"] == "" ? nil : try value("bestAccuracy") { (0...1).contains($0) }
    arithmetic = try JSONText.decode(
      ArithmeticHistory.self, Data(history.utf8), origin: "\(path), arithmetic")
    guard steps == 0 || arithmetic.periods.first != nil, arithmetic.periods.allSatisfy({ $0.firstStep <= steps }) else {
      throw Failure("\(path): arithmetic does not tell of the \(steps) steps that were made")
    }
    for name in initial.parameters.names {
      parameters[name] = try Self.tensor("parameter.\(name)", of: file, shape: initial.parameters[name]!.shape)
    }
    var state: [String: Tensor] = [:]
    for name in file.names where name.hasPrefix("optimizer.") {
      let key = String(name.dropFirst("optimizer.".count))
      // `NAME#velocity` is of the shape of NAME; the optimiser's loops trust it.
      guard let owner = initial.parameters[String(key.prefix { $0 != "#" })] else {
        throw Failure("\(path): \(key) is no state of an optimizer of these prompts")
      }
      state[key] = try Self.tensor(name, of: file, shape: owner.shape)
    }
    optimizer = Optimizer(initial.optimizer.configuration, stepCount: steps, state: state)
  }

  private static let format = "rpp-prompts-2"

  private static func tensor(_ name: String, of file: SafeTensorsFile, shape: [Int]) throws -> Tensor {
    let tensor = try file.tensor(name)
    guard tensor.shape == shape else {
      throw Failure("\(file.path): \(name) has the shape \(tensor.shape), that of the structure is \(shape)")
    }
    guard tensor.isFinite else { throw Failure("\(file.path): \(name) holds numbers that are not finite") }
    return tensor
  }
}
