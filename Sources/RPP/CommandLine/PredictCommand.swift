import ArgumentParser
import Basics
import Datasets
import Foundation
import Images
import PromptLearning

struct PredictCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict", abstract: "The classes of new pictures, with their probabilities.")

  @Option(name: .customLong("run"), help: "The folder of a finished run.")
  var directory: String
  @Option(help: "The classes to choose from: base, new or all (default: those that were learned).")
  var classes: ClassSelection?
  @Option(help: "final, or best on validation images.")
  var checkpoint = FinishedRun.Checkpoint.final
  @Option(help: "How many classes to show for each picture.")
  var top = 3
  @Flag(help: "One JSON object on standard output.")
  var json = false
  @Argument(help: "JPEG, PNG or WebP files.")
  var images: [String]

  func validate() throws {
    if top < 1 { throw ValidationError("--top is a whole number above 0, not \(top)") }
  }

  func run() throws {
    let finished = try FinishedRun(in: directory, checkpoint)
    let selection = classes ?? finished.run.configuration.classes
    let paths = images
    let pictures = ImageSet(labels: paths.map { _ in 0 }, names: paths) { try RGBImage(contentsOf: paths[$0]) }
    let evaluator = try Evaluator(
      try finished.run.model(selection), on: pictures, preprocessing: finished.run.backbone.preprocessing)
    let names = try finished.run.classNames(selection)
    let predictions = zip(paths, try evaluator.logProbabilities(finished.state.parameters)).map { path, row in
      let order = row.indices.sorted { (row[$0], $1) > (row[$1], $0) }.prefix(top)
      return Output(
        image: path, classes: order.map { .init(name: names[$0], probability: exp(Double(row[$0]))) })
    }
    if json { return print(try JSONOutput.text(["predictions": predictions])) }
    for prediction in predictions {
      let classes = prediction.classes.map { "\($0.name) \(RunReport.percent($0.probability))" }
      print("\(prediction.image): \(classes.joined(separator: ", "))")
    }
  }

  private struct Output: Encodable {
    struct Class: Encodable {
      let name: String
      let probability: Double
    }
    let image: String
    let classes: [Class]
  }
}
