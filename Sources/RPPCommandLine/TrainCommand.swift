import ArgumentParser
import Basics
import CLIPModel
import Datasets
import Foundation
import Optimization
import PromptLearning
import Training

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
      "Where images and classes come from: world:NAME, folder:PATH, list:FILE.csv … (see \(Terminal.program) tasks).")
  var task: String?
  @Option(help: "Where prompts go: a plugin with its options (see \(Terminal.program) plugins).")
  var structure: String?
  @Option(help: "What supervises: one or more plugins joined by + (default: hard-label).")
  var supervision: String?
  @Option(
    help: "A learned prompt to start from, as final.safetensors of a run; its structure is taken if none is given.")
  var prompts: String?
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
  @Option(parsing: .unconditional, help: "SGD's momentum, or AdamW's β₁; wins over the recipe.")
  var momentum: String?
  @Option(parsing: .unconditional, help: "Factor of weight decay; wins over the recipe.")
  var weightDecay: String?
  @Option(parsing: .unconditional, help: "Epochs of warm-up; wins over the recipe.")
  var warmupEpochs: String?
  @Option(parsing: .unconditional, help: "Rate of the warm-up; wins over the recipe.")
  var warmupLearningRate: String?
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
    var settings = try Settings(
      file: config,
      options: [
        "task": task, "structure": structure, "supervision": supervision, "prompts": prompts, "backbone": backbone,
        "shots": shots, "images": images, "seed": seed, "classes": classes, "recipe": recipe, "epochs": epochs,
        "batch-size": batchSize,
        "optimizer": optimizer, "learning-rate": learningRate, "momentum": momentum, "weight-decay": weightDecay,
        "warmup-epochs": warmupEpochs, "warmup-learning-rate": warmupLearningRate, "validate-every": validateEvery,
        "activation-memory": activationMemory, "out": out,
      ])
    let frozen = cache.results()
    let (run, folder) = try Run.resolve(&settings, registry: CommandLineApp.registry, frozen: frozen)
    if !run.task.isOfEmbeddedWorld, run.backbone.name.hasPrefix("embedded:") {
      Terminal.line(
        "\(run.backbone.name) knows only the words of the embedded world; give a CLIP of your own by --backbone PATH")
    }
    let bar = ProgressBar("learning")
    let outcome = try Interruption.watching {
      defer { bar.finish() }
      return try run.train(
        in: folder,
        observer: RunObserver(
          shouldStop: { Interruption.isRequested }, note: Terminal.line,
          progress: { bar.show($0.step, of: $0.steps, RunReport.text($0)) }))
    }
    CacheOptions.report(frozen)
    print(RunReport.text(run, outcome, path: folder))
  }
}

extension Double {
  /// With a fixed number of digits behind the point.
  func formatted(digits: Int) -> String { String(format: "%.\(digits)f", self) }
}
