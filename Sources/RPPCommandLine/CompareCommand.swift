import ArgumentParser
import Basics
import CLIPModel
import Datasets
import Experiments
import FeatureStore
import Foundation
import PromptLearning
import Training

struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare", abstract: "Compare prompt structures and supervisions head to head.",
    discussion: """
      Runs every structure under every supervision on every task with every number of shots and every seed, all on the same \
      images in the same order, and writes a report with paired statistics. Stopped at any point, the same command goes on; more \
      tasks, structures, supervisions, shots or seeds with the same --out run what is new; several processes on one --out share \
      the work.

        \(Terminal.program) compare --protocol base-to-new --tasks world:shapes@sketch,world:colored-shapes@faint \\
          --structures coop:contextLength=4,maple,sapl:initialization=warm --seeds 1-3 --out studies/first

      Protocols:
      \(StudyRegistry.standardProtocols.map { "  \($0.name): \($0.summary)" }.joined(separator: "\n"))
      """)

  @Option(name: .customLong("protocol"), help: "What is learned and tested (default: base-to-new).")
  var studyProtocol: String?
  @Option(help: "Tasks, separated by commas.")
  var tasks: String?
  @Option(help: "The task to learn on, for protocols that test on others.")
  var source: String?
  @Option(help: "Structures with their options, separated by commas.")
  var structures: String?
  @Option(help: "Supervisions, separated by commas; terms of one are joined by + (default: hard-label).")
  var supervisions: String?
  @Option(
    parsing: .unconditional, help: "Training images of each class: numbers, or all, separated by commas (default: 16).")
  var shots: String?
  @Option(parsing: .unconditional, help: "Seeds, as 1-5 or 1,2,7 (default: 1-3).")
  var seeds: String?
  @Option(
    parsing: .unconditional, help: "Passes over the training images, separated by commas (default: the recipe's).")
  var epochs: String?
  @Option(
    parsing: .unconditional,
    help: "With pretraining: images of each class of the few-shot learning that starts from the pretrained prompt.")
  var fewShots: String?
  @Option(
    help: """
      Baselines on the same training images, separated by commas: \
      \(StudyRegistry.standardBaselines.map(\.name).joined(separator: ", ")) (default: none).
      """)
  var baselines: String?
  @Option(help: "embedded:student, embedded:teacher, random:ViT-B-16 …, or a path (default: embedded:student).")
  var backbone: String?
  @Option(help: "published, or card for the one on the backbone's card (default: card if there is one).")
  var recipe: String?
  @Option(parsing: .unconditional, help: "Images in a step; wins over the recipe.")
  var batchSize: String?
  @Option(help: "sgd or adamw; wins over the recipe.")
  var optimizer: String?
  @Option(parsing: .unconditional, help: "Base rate of the schedule; wins over the recipe.")
  var learningRate: String?
  @Option(parsing: .unconditional, help: "Gigabytes of intermediate results for each encoder, as for train.")
  var activationMemory: String?
  @Option(help: "The folder of the comparison.")
  var out: String?
  @Option(help: "A YAML file with any of these options but --no-cache; those on the command line win.")
  var config: String?
  @OptionGroup var cache: CacheOptions

  func run() throws {
    var settings = try Settings(
      file: config,
      options: [
        "protocol": studyProtocol, "tasks": tasks, "source": source, "structures": structures,
        "supervisions": supervisions, "shots": shots, "seeds": seeds, "epochs": epochs, "few-shots": fewShots,
        "baselines": baselines,
        "backbone": backbone, "recipe": recipe, "batch-size": batchSize, "optimizer": optimizer,
        "learning-rate": learningRate, "activation-memory": activationMemory, "out": out,
      ])
    let (study, folder) = try Study.resolve(&settings, frozen: cache.results())
    try StudyRun(study, in: folder, command: Terminal.commandLine).run()
  }
}

extension Study {
  /// The study that settings describe, with all mistakes named at once, and its folder.
  static func resolve(_ settings: inout Settings, frozen: FrozenResults) throws -> (study: Study, folder: String) {
    let folder = settings.required("out", "studies/first")
    let name = settings.text("protocol") ?? BaseToNew.name
    let studyProtocol = try settings.attempt { try CommandLineApp.studies.studyProtocol(named: name) }
    let tasks = settings.required("tasks", "world:shapes@sketch,world:colored-shapes@faint")
    let structuresText = settings.required("structures", "coop:contextLength=4,sapl:initialization=warm")
    let supervisionsText = settings.text("supervisions") ?? "hard-label"
    func plugins(_ text: String) throws -> [String]? {
      text.isEmpty ? nil : try settings.attempt { try PluginList(text).elements }
    }
    let structures = try plugins(structuresText)
    let supervisions = try plugins(supervisionsText)
    let baselines = try plugins(settings.text("baselines") ?? "") ?? []
    func numbers(_ name: String, _ text: String) throws -> [UInt64]? {
      try settings.attempt {
        do {
          return try NumberList(text).numbers
        } catch let failure as Failure {
          throw Failure.usage("--\(name): \(failure)")
        }
      }
    }
    func counts(_ name: String, _ text: String) throws -> [Int]? {
      let limit = RunConfiguration.countLimit
      guard let list = try numbers(name, text) else { return nil }
      return try settings.attempt {
        try list.map { number in
          guard let count = Int(exactly: number), limit.range.contains(count) else {
            throw Failure.usage("--\(name): each is \(limit.words), not \(number)")
          }
          return count
        }
      }
    }
    let seeds = try numbers("seeds", settings.text("seeds") ?? "1-3")
    let shotsText = settings.text("shots") ?? "16"
    let shots = shotsText == "all" ? [nil] : try counts("shots", shotsText)?.map(Optional.some)
    let epochs = try settings.text("epochs").map { try counts("epochs", $0)?.map(Optional.some) } ?? [nil]
    let fewShots = try settings.text("few-shots").map { try counts("few-shots", $0) } ?? []
    var recipe = RecipeChoice()
    recipe.origin = settings.choice("recipe", RecipeChoice.Origin.self)
    recipe.optimizer = settings.choice("optimizer", TrainingRecipe.OptimizerName.self)
    recipe.batchSize = settings.number("batch-size", TrainingRecipe.countLimit)
    recipe.learningRate = settings.number("learning-rate", TrainingRecipe.learningRateLimit)
    let activationMemory = settings.number("activation-memory", RunConfiguration.activationMemoryLimit)
    let backboneName = settings.text("backbone") ?? "embedded:student"
    let backbone = try settings.attempt { try Backbone(named: backboneName) }
    try settings.check()
    guard let studyProtocol, let structures, let supervisions, let seeds, let shots, let epochs, let fewShots,
      let backbone
    else { fatalError("checked above") }
    let grid = Grid(
      tasks: CommandLineApp.tasks.names(inList: tasks), source: settings.text("source"), structures: structures,
      supervisions: supervisions, shots: shots, seeds: seeds, epochs: epochs, fewShots: fewShots, baselines: baselines)
    return (
      try Study(
        studyProtocol, grid, backbone: backbone, recipe: recipe, activationMemory: activationMemory,
        registry: CommandLineApp.studies, frozen: frozen), folder
    )
  }
}
