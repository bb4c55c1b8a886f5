import Basics
import CLIPModel
import Datasets
import Foundation
import PromptLearning
import Training
import FeatureStore

extension Run {
  /// The run that settings describe, with all mistakes named at once, and its folder.
  static func resolve(
    _ settings: inout Settings, registry: PluginRegistry, frozen: FrozenResults
  ) throws -> (run: Run, folder: String) {
    let taskName = settings.required("task", "world:shapes@sketch")
    let folder = settings.required("out", "runs/first")
    let start = try settings.text("prompts").flatMap { path in
      try settings.attempt { try LearnedPrompt(path: path, registry: registry) }
    }
    // A prompt to start from brings its method along.
    let structureText =
      settings.text("structure").flatMap { $0.isEmpty ? nil : $0 } ?? start?.structure.specification.text
      ?? settings.required("structure", "coop:contextLength=4")
    let task = taskName.isEmpty ? nil : try settings.attempt { try CommandLineApp.tasks.task(named: taskName) }
    let structure = structureText.isEmpty ? nil : try settings.attempt { try registry.structure(structureText) }
    let supervisionText = settings.text("supervision") ?? "hard-label"
    let supervision = try settings.attempt { try registry.supervision(supervisionText) }
    func count(_ name: String) -> Int? {
      settings.number(name, RunConfiguration.countLimit)
    }
    let shots = try trainingImages(&settings)
    let seed = settings.value("seed", "a whole number from 0", { UInt64($0) }) ?? 1
    let classes = settings.choice("classes", ClassSelection.self) ?? .all
    var recipe = RecipeChoice()
    recipe.origin = settings.choice("recipe", RecipeChoice.Origin.self)
    recipe.optimizer = settings.choice("optimizer", TrainingRecipe.OptimizerName.self)
    recipe.epochs = count("epochs")
    recipe.batchSize = count("batch-size")
    recipe.learningRate = settings.number("learning-rate", TrainingRecipe.learningRateLimit)
    recipe.momentum = settings.number("momentum", TrainingRecipe.momentumLimit)
    recipe.weightDecay = settings.number("weight-decay", TrainingRecipe.weightDecayLimit)
    recipe.warmupEpochs = settings.number("warmup-epochs", TrainingRecipe.warmupEpochsLimit)
    recipe.warmupLearningRate = settings.number("warmup-learning-rate", TrainingRecipe.learningRateLimit)
    let validateEvery = settings.number("validate-every", RunConfiguration.validateEveryLimit)
    let activationMemory = settings.number("activation-memory", RunConfiguration.activationMemoryLimit)
    let backboneName = settings.text("backbone") ?? start?.knownBackbone ?? "embedded:student"
    let backbone = try settings.attempt { try Backbone(named: backboneName) }
    try settings.check()
    guard let task, let structure, let supervision, let backbone else { fatalError("checked above") }

    var run = try Run(
      task: task, backbone: backbone, structure: structure, supervision: supervision, classes: classes, shots: shots,
      seed: seed, recipe: recipe, validateEvery: validateEvery, activationMemory: activationMemory, start: start,
      tasks: CommandLineApp.tasks, frozen: frozen)
    for (setting, source) in run.sources where source == "option" {
      // `learningRate` is `--learning-rate`.
      let option = setting.replacing(/[A-Z]/) { "-" + $0.output.lowercased() }
      run.sources[setting] = settings.source(of: option) ?? source
    }
    return (run, folder)
  }

  /// How many images are learned from, as `--shots` or `--images` says it; nil if neither does.
  private static func trainingImages(_ settings: inout Settings) throws -> Shots? {
    let limit = RunConfiguration.countLimit
    let shots = settings.value("shots", "\(limit.words), or all") { text -> Shots? in
      text == "all" ? .all : Int(text).flatMap { limit.range.contains($0) ? .perClass($0) : nil }
    }
    let images = settings.number("images", limit).map(Shots.inAll)
    guard let first = settings.source(of: "shots"), let second = settings.source(of: "images") else {
      return shots ?? images
    }
    // The command line wins over the file.
    guard first == second else { return first == "option" ? shots : images }
    return try settings.attempt {
      throw Failure.usage("--shots is a number of images of each class and --images one in all: give only one of them")
    }
  }
}

extension LearnedPrompt {
  /// The name of its backbone, if that is not a path.
  var knownBackbone: String? { Backbone.names.contains(backbone) ? backbone : nil }
}
