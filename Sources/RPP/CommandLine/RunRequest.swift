import Basics
import CLIP
import Datasets
import Foundation
import PromptLearning

/// Turns settings into a run, with all mistakes named at once.
enum RunRequest {
  /// - Returns: The run, where each value of its recipe came from, and its folder.
  static func resolve(
    _ settings: inout Settings, registry: PluginRegistry, frozen: FrozenResults
  ) throws -> (run: PreparedRun, sources: [String: String], path: String) {
    let taskName = settings.required("task", "world:shapes@sketch")
    let structureText = settings.required("structure", "coop:contextLength=4")
    let path = settings.required("out", "runs/first")
    let task = taskName.isEmpty ? nil : try settings.attempt { try CommandLineApp.tasks.task(named: taskName) }
    let structure = structureText.isEmpty ? nil : try settings.attempt { try registry.structure(structureText) }
    let supervisionText = settings.text("supervision") ?? "hard-label"
    let supervision = try settings.attempt { try registry.supervision(supervisionText) }
    func count(_ name: String) -> Int? {
      settings.number(name, RunConfiguration.countWords, in: RunConfiguration.countRange)
    }
    let images = try trainingImages(&settings)
    let seed = settings.value("seed", "a whole number from 0", { UInt64($0) }) ?? 1
    let classes =
      settings.value("classes", "base, new or all", { ClassSelection(rawValue: $0) }) ?? .all
    let recipeName = settings.value("recipe", "published or card", { ["published", "card"].contains($0) ? $0 : nil })
    let epochs = count("epochs")
    let batchSize = count("batch-size")
    let optimizer = settings.value("optimizer", "sgd or adamw", { TrainingRecipe.OptimizerName(rawValue: $0) })
    let learningRate = settings.number(
      "learning-rate", RunConfiguration.learningRateWords, in: RunConfiguration.learningRateRange)
    let validateEvery = settings.number(
      "validate-every", RunConfiguration.validateEveryWords, in: RunConfiguration.validateEveryRange)
    let activationMemory = settings.number(
      "activation-memory", RunConfiguration.activationMemoryWords, in: RunConfiguration.activationMemoryRange)
    let backboneName = settings.text("backbone") ?? "embedded:student"
    let backbone = try settings.attempt { try Backbone(named: backboneName) }
    try settings.check()
    guard let task, let structure, let supervision, let backbone else { fatalError("checked above") }

    var recipe = try self.recipe(recipeName, for: structure, on: backbone)
    var sources = Dictionary(
      uniqueKeysWithValues: ["optimizer", "learningRate", "batchSize", "epochs"].map { ($0, recipe.name) })
    func override<Value>(
      _ name: String, _ option: String, _ value: Value?, _ path: WritableKeyPath<TrainingRecipe, Value>
    ) {
      guard let value else { return }
      recipe[keyPath: path] = value
      sources[name] = settings.source(of: option)
    }
    override("optimizer", "optimizer", optimizer, \.optimizer)
    override("learningRate", "learning-rate", learningRate, \.learningRate)
    override("batchSize", "batch-size", batchSize, \.batchSize)
    override("epochs", "epochs", epochs, \.epochs)

    var configuration = RunConfiguration(
      task: CommandLineApp.tasks.resolved(taskName), classNames: task.classNames, classes: classes,
      shots: nil, seed: seed, backbone: withWholePath(backboneName),
      backboneChecksum: backbone.checksum, structure: structure.specification.text, supervision: supervision.text,
      recipe: recipe, validateEvery: validateEvery ?? max(1, recipe.epochs / 10),
      // Said aloud or not, it is the same run.
      activationMemory: activationMemory == RunConfiguration.standardActivationMemory ? nil : activationMemory)
    configuration.trainingImages = images ?? task.defaultShots
    let run = PreparedRun(
      configuration, task: task, backbone: backbone, structure: structure, supervision: supervision,
      frozen: frozen)
    return (run, sources, path)
  }

  /// How many images are learned from, as `--shots` or `--images` says it; nil if neither does.
  private static func trainingImages(_ settings: inout Settings) throws -> Shots? {
    let range = RunConfiguration.countRange
    let shots = settings.value("shots", "\(RunConfiguration.countWords), or all") { text -> Shots? in
      text == "all" ? .all : Int(text).flatMap { range.contains($0) ? .perClass($0) : nil }
    }
    let images = settings.number("images", RunConfiguration.countWords, in: range).map(Shots.inAll)
    guard let first = settings.source(of: "shots"), let second = settings.source(of: "images") else {
      return shots ?? images
    }
    // The command line wins over the file.
    guard first == second else { return first == "option" ? shots : images }
    return try settings.attempt {
      throw Failure.usage("--shots is a number of images of each class and --images one in all: give only one of them")
    }
  }

  /// The name of a backbone that is a path, made independent of where the command is given.
  private static func withWholePath(_ name: String) -> String {
    FileManager.default.fileExists(atPath: name) ? Folder.wholePath(name) : name
  }

  /// The card's recipe if there is one, else the published one, unless the user chose.
  static func recipe(
    _ name: String?, for structure: any PromptStructure, on backbone: Backbone
  ) throws -> TrainingRecipe {
    let published = type(of: structure).publishedRecipe
    let card = try backbone.card?.promptRecipe.map { try TrainingRecipe(card: $0) }
    // A structure that nothing was published of learns nothing, or its author left the choice to the user.
    let unused = TrainingRecipe.published(learningRate: 0.002, batchSize: 32, epochs: 1)
    switch name {
    case "card":
      guard let card else {
        throw Failure.usage("the backbone \(backbone.name) has no card with a recipe; use --recipe published")
      }
      return card
    case "published":
      return published ?? card ?? unused
    default:
      return card ?? published ?? unused
    }
  }
}
