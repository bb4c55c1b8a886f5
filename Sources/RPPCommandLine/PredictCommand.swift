import ArgumentParser
import Basics
import Datasets
import Foundation
import PromptLearning
import Training

struct PredictCommand: SettledCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict", abstract: "The classes of new images, with their probabilities.",
    discussion: """
      \(Terminal.program) predict --run runs/first new-image.jpg
      \(Terminal.program) predict --prompts runs/first/final.safetensors --class-names cat,dog new-image.jpg
      """)

  @OptionGroup var options: PromptOptions
  @Option(
    help: "The names of the classes to tell apart, separated by commas, instead of a task's.",
    transform: Setting.texts)
  var classNames: Setting<[String]>?
  @Option(
    help: "How many classes to show for each picture (default: 3).", transform: Setting.number(Self.topLimit))
  var top: Setting<Int>?
  @OptionGroup var cache: CacheOptions
  @OptionGroup var json: JSONOption
  @Argument(help: "JPEG, PNG or WebP files.")
  var images: [String]

  private static let topLimit = Limit(1...Int.max, "a whole number from 1")

  func run(_ settings: inout Settings) throws {
    let results = cache.results()
    if classNames != nil, options.task.task != nil || options.classes.classes != nil {
      settings.mistake("--class-names names all classes; leave out --task and --classes")
    }
    let resolved = try options.resolve(&settings, frozen: results)
    let top = top?.value ?? 3
    let paths = images
    let pictures = ImageSet(labels: paths.map { _ in 0 }, files: paths)
    let names = try names(resolved)
    let template = resolved.task?.template ?? StoredTask.plainTemplate
    let evaluator = try Evaluator(
      resolved.prompt.model(on: resolved.backbone, classNames: names, template: template), on: pictures,
      backbone: resolved.backbone, frozen: results)
    var predictions: [Output] = []
    try evaluator.forEachImage(resolved.prompt.parameters) { index, row in
      let order = row.indices.sorted { (row[$0], $1) > (row[$1], $0) }.prefix(top)
      predictions.append(
        Output(image: paths[index], classes: order.map { .init(name: names[$0], probability: exp(Double(row[$0]))) }))
    }
    if json.json { return print(try JSONOutput.text(["predictions": predictions])) }
    CacheOptions.report(results)
    for prediction in predictions {
      let classes = prediction.classes.map { "\($0.name) \(RunReport.percent($0.probability))" }
      print("\(prediction.image): \(classes.joined(separator: ", "))".printable)
    }
  }

  /// What images can be: as the user says, as the task has it, or as class-specific prompts do.
  private func names(_ resolved: PromptOptions.Resolved) throws -> [String] {
    if let names = try classNames?.value ?? resolved.task?.classNames(resolved.selection) ?? resolved.prompt.classNames
    {
      return names
    }
    throw Failure.usage(
      "--class-names or --task is missing: the prompts can have any classes, for example --class-names cat,dog")
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
