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
  @Option(help: "final, or best on validation images.")
  var checkpoint = FinishedRun.Checkpoint.final
  @Flag(help: "One JSON object on standard output.")
  var json = false

  func run() throws {
    let finished = try FinishedRun(in: directory, checkpoint)
    let selection = classes ?? finished.run.configuration.classes
    let evaluation = try finished.run.evaluate(finished.state.parameters, on: selection)
    if json {
      print(
        try JSONOutput.text(
          Output(
            run: directory, selection: selection, accuracy: evaluation.accuracy,
            crossEntropy: evaluation.crossEntropy,
            classes: evaluation.classes.map {
              .init(name: $0.name, count: $0.count, correct: $0.correct, accuracy: $0.accuracy)
            })))
      return
    }
    print(
      "\(finished.run.configuration.task), \(selection.rawValue) classes: "
        + "\(RunReport.percent(evaluation.accuracy)) of \(evaluation.count) test images, "
        + "cross entropy \(evaluation.crossEntropy.formatted(digits: 3))")
    print(
      TextColumns.text(
        [["class", "accuracy", "images"]]
          + evaluation.classes.map { [$0.name, RunReport.percent($0.accuracy), "\($0.count)"] }))
  }

  private struct Output: Encodable {
    struct Class: Encodable {
      let name: String
      let count: Int
      let correct: Int
      let accuracy: Double
    }
    let run: String
    let selection: ClassSelection
    let accuracy: Double
    let crossEntropy: Double
    let classes: [Class]
  }
}

extension ClassSelection: ExpressibleByArgument {}

/// A run that was brought to its end, with what it learned.
struct FinishedRun {
  /// Which of its states.
  enum Checkpoint: String, CaseIterable, ExpressibleByArgument {
    /// After the last step.
    case final
    /// The one that did best on validation images.
    case best
  }

  let run: PreparedRun
  let state: TrainingState

  /// - Throws: ``Failure`` if the folder holds no run, or one that is not finished.
  init(in path: String, _ checkpoint: Checkpoint) throws {
    let record = try RunDirectory.record(in: path)
    run = try PreparedRun(record.configuration, registry: CommandLineApp.registry)
    let initial = try run.initialState(try run.model(record.configuration.classes).context)
    guard initial.parameters.count > 0 else {
      state = initial
      return
    }
    guard FileManager.default.fileExists(atPath: RunDirectory.finalPath(in: path)) else {
      throw Failure("the run in \(path) is not finished; the command that began it goes on with it")
    }
    let file = "\(path)/\(checkpoint.rawValue).safetensors"
    guard FileManager.default.fileExists(atPath: file) else {
      throw Failure("the run in \(path) has no \(checkpoint.rawValue) checkpoint: it looked at no validation images")
    }
    state = try TrainingState(path: file, like: initial)
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
