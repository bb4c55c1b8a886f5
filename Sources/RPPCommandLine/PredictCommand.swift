import ArgumentParser
import Basics
import Datasets
import Foundation
import PromptLearning

struct PredictCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict", abstract: "The classes of new images, with their probabilities.")

  @OptionGroup var options: PromptOptions
  @Option(help: "How many classes to show for each picture.")
  var top = 3
  @OptionGroup var cache: CacheOptions
  @Flag(help: "One JSON object on standard output.")
  var json = false
  @Argument(help: "JPEG, PNG or WebP files.")
  var images: [String]

  func validate() throws {
    if top < 1 { throw ValidationError("--top is a whole number above 0, not \(top)") }
  }

  func run() throws {
    let results = cache.results()
    let resolved = try options.resolve(frozen: results)
    let paths = images
    let pictures = ImageSet(labels: paths.map { _ in 0 }, files: paths)
    let evaluator = try resolved.prompt.evaluator(
      on: pictures, of: resolved.task, resolved.selection, backbone: resolved.backbone, frozen: results)
    let names = try resolved.task.classNames(resolved.selection)
    var predictions: [Output] = []
    try evaluator.forEachImage(resolved.prompt.parameters) { index, row in
      let order = row.indices.sorted { (row[$0], $1) > (row[$1], $0) }.prefix(top)
      predictions.append(
        Output(image: paths[index], classes: order.map { .init(name: names[$0], probability: exp(Double(row[$0]))) }))
    }
    if json { return print(try JSONOutput.text(["predictions": predictions])) }
    CacheOptions.report(results)
    for prediction in predictions {
      let classes = prediction.classes.map { "\($0.name) \(RunReport.percent($0.probability))" }
      print("\(prediction.image): \(classes.joined(separator: ", "))".printable)
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
