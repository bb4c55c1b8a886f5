import Basics
import CLIPModel
import Foundation
import Optimization
import SafeTensors
import Tensors

/// Where a run stands between two steps: everything that decides the steps to come.
///
/// The random state is the position: every stream is named by the seed and the epoch. A file of it is a ``Checkpoint`` that also
/// holds the configuration of its run, and says in which arithmetic its steps were computed.
public struct TrainingState: Equatable, Sendable {
  /// The learned tensors.
  public var parameters: ParameterSet
  /// The optimiser with its running means.
  public var optimizer: Optimizer
  /// The epoch that the next step belongs to.
  public var epoch = 0
  /// The next step within it.
  public var step = 0
  /// The sum of the losses of the epoch's steps so far.
  public var epochLoss = 0.0
  /// The same for each term of the supervision.
  public var epochTerms: [String: Double] = [:]
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

  /// Writes the state and the configuration it belongs to; no path, time or host.
  public func write(to path: String, _ configuration: RunConfiguration) throws {
    try Checkpoint(
      parameters: parameters, optimizer: optimizer,
      entries: [
        "configuration": configuration.portable.json, "arithmetic": try JSONText.encode(arithmetic),
        "epoch": "\(epoch)", "step": "\(step)", "epochLoss": "\(epochLoss)",
        "epochTerms": try JSONText.encode(epochTerms), "epochCorrect": "\(epochCorrect)",
        "bestAccuracy": bestAccuracy.map { "\($0)" } ?? "",
      ]
    ).write(to: path)
  }

  /// Reads a state that ``write(to:_:)`` wrote.
  ///
  /// - Parameters:
  ///   - configuration: That of the run that the state must belong to.
  ///   - initial: Parameters of the same structure, whose names and shapes the file's must have.
  /// - Throws: ``Failure`` if the file is damaged, is of another run (naming the difference), or holds what no run can.
  public init(path: String, of configuration: RunConfiguration, like initial: ParameterSet) throws {
    let owner = try SafeTensorsFile(path: path).metadata["configuration"]
    guard let owner else { throw Failure("\(path) is no checkpoint of this version of rpp train") }
    let differences = configuration.portable.differences(
      from: try JSONText.decode(RunConfiguration.self, Data(owner.utf8), origin: "\(path), configuration"))
    guard differences.isEmpty else {
      throw RunDirectory.ofAnotherRun(path, differences.joined(separator: "; "))
    }
    let checkpoint = try Checkpoint(path: path, like: initial, configuration.recipe.optimizerConfiguration)
    let entries = checkpoint.entries
    func value<Value: LosslessStringConvertible>(_ key: String, _ isAllowed: (Value) -> Bool) throws -> Value {
      let text = entries[key] ?? ""
      guard let value = Value(text), isAllowed(value) else {
        throw Failure("\(path): \(key) is \(Spelling.quoted(text)), and no run can stand there")
      }
      return value
    }
    func decoded<Value: Decodable>(_ type: Value.Type, _ key: String) throws -> Value {
      try JSONText.decode(type, Data((entries[key] ?? "").utf8), origin: "\(path), \(key)")
    }
    (parameters, optimizer) = (checkpoint.parameters, checkpoint.optimizer)
    epoch = try value("epoch") { (0...configuration.epochs).contains($0) }
    step = try value("step") { $0 >= 0 }
    epochLoss = try value("epochLoss") { $0.isFinite }
    epochTerms = try decoded([String: Double].self, "epochTerms")
    epochCorrect = try value("epochCorrect") { $0 >= 0 }
    bestAccuracy = entries["bestAccuracy"] == "" ? nil : try value("bestAccuracy") { (0...1).contains($0) }
    arithmetic = try decoded(ArithmeticHistory.self, "arithmetic")
    let steps = optimizer.stepCount
    guard steps == 0 || arithmetic.periods.first != nil, arithmetic.periods.allSatisfy({ $0.firstStep <= steps }) else {
      throw Failure("\(path): arithmetic does not tell of the \(steps) steps that were made")
    }
  }
}
