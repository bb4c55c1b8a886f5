import Basics
import Optimization
import SafeTensors
import Tensors

/// Where a run stands between two steps: everything that decides the steps to come.
///
/// The random state is the position: every stream is named by the seed and the epoch.
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
  /// Images of the epoch so far that were named right.
  public var epochCorrect = 0
  /// The best accuracy on validation images so far; nil before the first look.
  public var bestAccuracy: Double?

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
        "format": "rpp-prompts-1", "configuration": configuration.portable.json, "epoch": "\(epoch)",
        "step": "\(step)", "optimizerSteps": "\(optimizer.stepCount)", "epochLoss": "\(epochLoss)",
        "epochCorrect": "\(epochCorrect)", "bestAccuracy": bestAccuracy.map { "\($0)" } ?? "",
      ])
  }

  /// Reads a state that ``write(to:_:)`` wrote.
  ///
  /// - Parameter initial: A state of the same structure and optimiser, whose tensors' shapes the file's must have.
  /// - Throws: ``Failure`` if the file is damaged, or its tensors are not those of the structure.
  public init(path: String, like initial: TrainingState) throws {
    let file = try SafeTensorsFile(path: path, verifyingChecksum: true)
    let metadata = file.metadata
    guard metadata["format"] == "rpp-prompts-1", let epoch = metadata["epoch"].flatMap({ Int($0) }),
      let step = metadata["step"].flatMap({ Int($0) }), let steps = metadata["optimizerSteps"].flatMap({ Int($0) }),
      let loss = metadata["epochLoss"].flatMap({ Double($0) }),
      let correct = metadata["epochCorrect"].flatMap({ Int($0) })
    else { throw Failure("\(path) is no checkpoint of rpp train") }
    self = initial
    for name in initial.parameters.names {
      let tensor = try file.tensor("parameter.\(name)")
      guard tensor.shape == initial.parameters[name]!.shape else {
        throw Failure(
          "\(path): \(name) has the shape \(tensor.shape), the structure's has \(initial.parameters[name]!.shape)")
      }
      parameters[name] = tensor
    }
    var state: [String: Tensor] = [:]
    for name in file.names where name.hasPrefix("optimizer.") {
      let key = String(name.dropFirst("optimizer.".count))
      let tensor = try file.tensor(name)
      // `NAME#velocity` is of the shape of NAME; the optimiser's loops trust it.
      let owner = key.prefix { $0 != "#" }
      guard tensor.shape == initial.parameters[String(owner)]?.shape else {
        throw Failure("\(path): \(key) is no state of an optimizer of these prompts")
      }
      state[key] = tensor
    }
    optimizer = Optimizer(initial.optimizer.configuration, stepCount: steps, state: state)
    (self.epoch, self.step, epochLoss, epochCorrect) = (epoch, step, loss, correct)
    bestAccuracy = metadata["bestAccuracy"].flatMap { Double($0) }
  }
}
