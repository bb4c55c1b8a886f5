import ArgumentParser
import Basics
import Datasets
import Foundation
import Optimization
import PromptLearning

struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate", abstract: "How well a run's prompts do on test images, class by class.")

  @Option(name: .customLong("run"), help: "The folder of a finished run.")
  var directory: String
  @Option(help: "The classes to tell apart: base, new or all (default: those that were learned).")
  var classes: ClassSelection?
  @Flag(help: "One JSON object on standard output.")
  var json = false

  func run() throws {
    let finished = try FinishedRun(in: directory)
    let selection = classes ?? finished.run.configuration.classes
    let evaluation = try finished.run.evaluate(finished.state.parameters, on: selection)
    if json {
      print(
        try JSONOutput.text(
          Output(run: directory, classes: selection, accuracy: evaluation.accuracy, evaluation: evaluation)))
      return
    }
    print(
      "\(finished.run.configuration.task), \(selection.rawValue) classes: "
        + "\(RunReport.percent(evaluation.accuracy)) of \(evaluation.count) test images, "
        + "cross entropy \(evaluation.crossEntropy.formatted(digits: 3))")
    let width = evaluation.classes.map(\.name.count).max() ?? 0
    for result in evaluation.classes {
      print(
        "  \(result.name.padding(toLength: width, withPad: " ", startingAt: 0))  \(RunReport.percent(result.accuracy)) of \(result.count)"
      )
    }
  }

  private struct Output: Encodable {
    let run: String
    let classes: ClassSelection
    let accuracy: Double
    let evaluation: Evaluation
  }
}

extension ClassSelection: ExpressibleByArgument {}

/// A run that was brought to its end, with what it learned.
struct FinishedRun {
  let run: PreparedRun
  let state: TrainingState

  /// - Throws: ``Failure`` if the folder holds no run, or one that is not finished.
  init(in path: String) throws {
    let record = try RunDirectory.record(in: path)
    run = try PreparedRun(record.configuration, registry: CommandLineApp.registry)
    var stream = RandomStream(name: "shapes only")
    let initial = TrainingState(
      parameters: ParameterSet(
        try run.structure.initialParameters(try run.model(record.configuration.classes).context, from: &stream)),
      optimizer: record.configuration.optimizer.configuration)
    guard initial.parameters.count > 0 else {
      state = initial
      return
    }
    guard FileManager.default.fileExists(atPath: RunDirectory.finalPath(in: path)) else {
      throw Failure("the run in \(path) is not finished; the command that began it goes on with it")
    }
    state = try TrainingState(path: RunDirectory.finalPath(in: path), like: initial)
  }
}

/// JSON for machines: keys sorted, one object.
enum JSONOutput {
  static func text(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}
