import ArgumentParser
import Basics
import CLIP
import Datasets
import Foundation
import Optimization
import PromptLearning
import ZeroShot

struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Learn prompts on a frozen backbone.",
    discussion: """
      Writes run.json (the resolved configuration), metrics.jsonl, checkpoint.safetensors while it runs, and at the end \
      final.safetensors, result.json and timing.json. The same command goes on with a run that was stopped, and prints the result of \
      one that is finished.

      Images are seen as they are: there is no augmentation. So features that earlier runs kept in the cache (see \
      \(Terminal.program) cache) are those of the very images that this run sees.

      Values of plugin options may be quoted: --structure 'zero-shot:template="a photo of a {}, a type of pet."'
      """)

  @Option(
    help:
      "Where images and classes come from: world:NAME, folder:PATH, list:FILE.csv … (see \(Terminal.program) tasks)."
  )
  var task: String?
  @Option(help: "Where prompts go: a plugin with its options (see \(Terminal.program) plugins).")
  var structure: String?
  @Option(help: "What supervises: one or more plugins joined by + (default: hard-label).")
  var supervision: String?
  @Option(help: "embedded:student, embedded:teacher, random:ViT-B-16 …, or a path (default: embedded:student).")
  var backbone: String?
  @Option(
    parsing: .unconditional,
    help: "Training images of each class, or all (default: all there are; 16 on the embedded world, which has no end).")
  var shots: String?
  @Option(
    parsing: .unconditional, help: "Training images in all, instead of --shots: drawn without regard to their classes.")
  var images: String?
  @Option(parsing: .unconditional, help: "Seed of shots, initial prompts and order (default: 1).")
  var seed: String?
  @Option(help: "Classes to learn: base (the first half), new (the second) or all (default).")
  var classes: String?
  @Option(help: "published, or card for the one on the backbone's card (default: card if there is one).")
  var recipe: String?
  @Option(parsing: .unconditional, help: "Passes over the training images; wins over the recipe.")
  var epochs: String?
  @Option(parsing: .unconditional, help: "Images in a step; wins over the recipe.")
  var batchSize: String?
  @Option(help: "sgd or adamw; wins over the recipe.")
  var optimizer: String?
  @Option(parsing: .unconditional, help: "Base rate of the schedule; wins over the recipe.")
  var learningRate: String?
  @Option(
    parsing: .unconditional,
    help: "Epochs between looks at validation images, 0 for none (default: a tenth of all epochs).")
  var validateEvery: String?
  @Option(
    parsing: .unconditional,
    help: """
      Gigabytes of intermediate results kept for the backward pass by each encoder. What takes more is worked through in \
      micro-batches, at the price of computing most of it twice (default: 4).
      """)
  var activationMemory: String?
  @Option(help: "The folder of the run.")
  var out: String?
  @Option(help: "A YAML file with any of these options but --no-cache; those on the command line win.")
  var config: String?
  @OptionGroup var cache: CacheOptions

  func run() throws {
    var request = try Settings(
      file: config,
      options: [
        "task": task, "structure": structure, "supervision": supervision, "backbone": backbone, "shots": shots,
        "images": images, "seed": seed, "classes": classes, "recipe": recipe, "epochs": epochs, "batch-size": batchSize,
        "optimizer": optimizer, "learning-rate": learningRate, "validate-every": validateEvery,
        "activation-memory": activationMemory, "out": out,
      ])
    let (run, sources, path) = try RunRequest.resolve(
      &request, registry: CommandLineApp.registry, frozen: cache.results())
    for note in run.task.notes { Terminal.line(note) }
    try Self.train(run, sources: sources, in: path)
  }

  static func train(_ run: PreparedRun, sources: [String: String], in path: String) throws {
    let start = Date()
    // What is quick to find wrong comes before what takes long.
    let context = try run.model(run.configuration.classes).context
    let initial = try run.initialState(context)
    let training = try run.trainingSet()
    for note in try run.structure.notes(context) { Terminal.line(note) }
    let warning =
      initial.parameters.count > 0
      ? try run.memoryWarning(initial.parameters, available: AvailableMemory.bytes()) : nil
    var record = RunDirectory.Record(
      configuration: run.configuration, sources: sources, learnedParameters: initial.parameters.count)
    let directory = try RunDirectory(opening: path, for: record)
    // Said to be finished, it must also be.
    if initial.parameters.count > 0, directory.isFinished || directory.hasResult {
      _ = try RunDirectory.finalState(in: path, of: run.configuration, like: initial)
    }
    if let result = try RunDirectory.result(in: path, of: run.configuration) {
      print(RunReport.text(run, result, directory.timing, learned: initial.parameters.count, path: path))
      return
    }
    // What was known at the run's beginning stays.
    record = try RunDirectory.record(in: path)
    if let warning { Terminal.line(warning) }
    if let line = try preparation(of: training, for: run) { Terminal.line(line) }
    if initial.parameters.count == 0 {
      Terminal.line("\(type(of: run.structure).name) has nothing to learn; evaluating")
    } else if !run.task.isOfEmbeddedWorld, run.backbone.name.hasPrefix("embedded:") {
      Terminal.line(
        "\(run.backbone.name) knows only the words of the embedded world; give a CLIP of your own by --backbone PATH")
    }
    // Before learning, so that test images that cannot be read are found now.
    let zeroShot = try run.evaluate(ParameterSet(), on: run.configuration.classes, structure: ZeroShot())
    var state = initial
    if initial.parameters.count > 0 {
      let trainer = try run.trainer()
      if record.initialLogitDifference == nil, let difference = try trainer.initialLogitDifference() {
        record.initialLogitDifference = difference
        try directory.keep(record)
      }
      state = try learn(trainer, in: directory)
    } else {
      _ = state.arithmetic.goOn(in: run.frozen.arithmetic(of: run.backbone), at: 0)
      try directory.keep(state.arithmetic)
    }
    let result = RunResult(
      training: try run.evaluateOnTrainingSet(state.parameters),
      test: try run.evaluate(state.parameters, on: run.configuration.classes),
      zeroShot: zeroShot)
    let timing = RunTiming(seconds: Date().timeIntervalSince(start))
    try directory.keep(result, of: run.configuration, timing)
    CacheOptions.report(run.frozen)
    print(RunReport.text(run, result, timing, learned: initial.parameters.count, path: path))
  }

  /// How long drawing and encoding so many images will take, where nobody would expect it.
  private static func preparation(of training: ImageSet, for run: PreparedRun) throws -> String? {
    guard !training.areFiles, training.count >= 10_000, try run.model(run.configuration.classes).takesFeatures else {
      return nil
    }
    let seconds = try run.frozen.predictedSeconds(of: training, by: run.backbone)
    guard seconds > 10 else { return nil }
    return "\(training.count) training images are drawn and encoded first: about \(ProgressBar.duration(seconds)), "
      + "less for those that the cache holds; fewer --shots or --images take less"
  }

  private static func learn(_ trainer: Trainer, in directory: RunDirectory) throws -> TrainingState {
    Terminal.line("images are seen as they are: there is no augmentation yet")
    let bar = ProgressBar("learning")
    defer { bar.finish() }
    return try Interruption.watching {
      try trainer.run(in: directory, shouldStop: { Interruption.isRequested }, note: Terminal.line) { progress in
        bar.show(
          progress.step, of: progress.steps,
          "epoch \(progress.epoch + 1)  loss \(progress.loss.formatted(digits: 3))")
      }
    }
  }
}

extension Double {
  /// With a fixed number of digits behind the point.
  func formatted(digits: Int) -> String { String(format: "%.\(digits)f", self) }
}
