import ArgumentParser
import Basics
import Datasets
import PromptLearning

struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate", abstract: "How well a run's prompts do on test images, class by class.")

  @OptionGroup var options: FinishedRun.Options
  @Option(
    help: """
      A CSV file to write, with a line for each image: \(PerImageFile.columns.joined(separator: ", ")). The loss is the cross \
      entropy in nats, the probability that of the label.
      """)
  var perImage: String?
  @OptionGroup var cache: CacheOptions
  @Flag(help: "One JSON object on standard output.")
  var json = false

  func run() throws {
    let results = cache.results()
    let finished = try FinishedRun(options, results)
    let selection = finished.selection
    let evaluation = try PerImageFile.write(to: perImage, classNames: try finished.run.classNames(selection)) { each in
      try finished.run.evaluate(finished.state.parameters, on: selection, each: each)
    }
    if json {
      print(
        try JSONOutput.text(
          Output(
            run: options.directory, selection: selection, accuracy: evaluation.accuracy,
            crossEntropy: evaluation.crossEntropy,
            classes: evaluation.classes.map {
              .init(name: $0.name, count: $0.count, correct: $0.correct, accuracy: $0.accuracy)
            })))
      return
    }
    CacheOptions.report(results)
    print(
      "\(finished.run.configuration.task.printable), \(selection.rawValue) classes: "
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
