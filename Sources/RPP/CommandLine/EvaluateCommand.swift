import ArgumentParser
import Datasets
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
