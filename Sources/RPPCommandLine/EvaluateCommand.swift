import ArgumentParser
import Basics
import Datasets
import PromptLearning

struct EvaluateCommand: SettledCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate", abstract: "How well learned prompts do on test images, class by class.",
    discussion: """
      \(Terminal.program) evaluate --run runs/first --classes new
      \(Terminal.program) evaluate --prompts runs/first/final.safetensors --task world:shapes@faint
      """)

  @OptionGroup var options: PromptOptions
  @Option(
    help: """
      A CSV file to write, with a line for each image: \(PerImageFile.columns.joined(separator: ", ")). The loss is the cross \
      entropy in nats, the probability that of the label.
      """)
  var perImage: String?
  @OptionGroup var cache: CacheOptions
  @OptionGroup var json: JSONOption

  func run(_ settings: inout Settings) throws {
    let results = cache.results()
    let resolved = try options.resolve(&settings, frozen: results)
    guard let task = resolved.task else {
      throw Failure.usage("--task is missing: --prompts says nothing of images and classes")
    }
    if let perImage {
      try OutputFile.requireKind(perImage, option: "--per-image", ".csv")
      // What stands behind a source's prefix can be a file, as of list:FILE.csv.
      try OutputFile.requireOther(
        perImage, option: "--per-image", than: String(task.name.drop { $0 != ":" }.dropFirst()))
    }
    let classNames = try task.classNames(resolved.selection)
    let evaluation = try PerImageFile.write(to: perImage, classNames: classNames) { each in
      try resolved.prompt.evaluate(
        on: task, resolved.selection, backbone: resolved.backbone, frozen: results, each: each)
    }
    if json.json {
      print(
        try JSONOutput.text(
          Output(
            run: options.learned.run, prompts: options.learned.prompts.prompts, task: task.name,
            selection: resolved.selection,
            accuracy: evaluation.accuracy, crossEntropy: evaluation.crossEntropy,
            classes: evaluation.classes.map {
              .init(name: $0.name, count: $0.count, correct: $0.correct, accuracy: $0.accuracy)
            })))
      return
    }
    CacheOptions.report(results)
    print(
      "\(task.name.printable), \(resolved.selection.rawValue) classes: "
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
    let run: String?
    let prompts: String?
    let task: String
    let selection: ClassSelection
    let accuracy: Double
    let crossEntropy: Double
    let classes: [Class]
  }
}
