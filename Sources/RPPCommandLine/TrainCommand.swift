import ArgumentParser
import Basics
import CLIPModel
import Datasets
import FeatureStore
import Foundation
import Optimization
import PromptLearning
import Training

struct TrainCommand: SettledCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Learn prompts on a frozen backbone.",
    discussion: """
      Writes run.json (the resolved configuration), metrics.jsonl, checkpoint.safetensors while it runs, and at the end \
      final.safetensors, result.json and timing.json. The same command goes on with a run that was stopped, and prints the result of \
      one that is finished.

      --prompts is a learned prompt to start from; its structure is taken if none is given. The backbone is embedded:student \
      unless another is given.

      The published recipes change images at random (--augmentation), so that every step encodes its images. With none, as on the \
      embedded backbones, features that earlier runs kept in the cache (see \(Terminal.program) cache) are those of the very images \
      that this run sees.

      Values of plugin options may be quoted: --structure 'zero-shot:template="a photo of a {}, a type of pet."'
      """)

  @OptionGroup var task: TaskOption
  @OptionGroup var data: DataOptions
  @OptionGroup var structure: StructureOption
  @Option(
    help: "What supervises: one or more plugins joined by + (default: hard-label).", transform: Setting.supervision)
  var supervision: Setting<Supervision>?
  @OptionGroup var prompts: PromptsOption
  @OptionGroup var backbone: BackboneOption
  @OptionGroup var precision: PrecisionOption
  @OptionGroup var trainingImages: TrainingImagesOptions
  @Option(
    parsing: .unconditional, help: "Seed of shots, initial prompts and order (default: 1).", transform: Setting.seed)
  var seed: Setting<UInt64>?
  @OptionGroup var classes: ClassesOption
  @OptionGroup var recipe: RecipeOptions
  @OptionGroup var sampledClasses: SampledClassesOption
  @Option(
    parsing: .unconditional, help: "Passes over the training images; wins over the recipe.",
    transform: Setting.number(RunConfiguration.countLimit))
  var epochs: Setting<Int>?
  @Option(
    parsing: .unconditional,
    help: "Epochs between looks at validation images, 0 for none (default: a tenth of all epochs).",
    transform: Setting.number(RunConfiguration.validateEveryLimit))
  var validateEvery: Setting<Int>?
  @OptionGroup var activationMemory: ActivationMemoryOption
  @Option(help: "The folder of the run.")
  var out: String?
  @OptionGroup var configuration: ConfigurationOption
  @OptionGroup var cache: CacheOptions

  func run(_ settings: inout Settings) throws {
    try Ranks.$group.withValue(CommandLineApp.ranks) { try train(&settings) }
  }

  private func train(_ settings: inout Settings) throws {
    if LaunchedProcesses.count > 1, Ranks.count == 1 {
      throw Failure.usage(
        "\(LaunchedProcesses.count) processes of \(Terminal.program) were started together, and each would train the same run: rpp-mpi, "
          + "which make mpi builds, shares it among them")
    }
    let frozen = cache.results()
    let (run, folder) = try resolve(&settings, frozen: frozen)
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

  /// The run that the settings describe, with all mistakes named at once, and its folder.
  private func resolve(_ settings: inout Settings, frozen: FrozenResults) throws -> (run: Run, folder: String) {
    let registry = CommandLineApp.registry
    _ = settings.required("task", task.task, example: "world:shapes@sketch")
    let folder = settings.required("out", out, example: "runs/first")
    let path = prompts.prompts
    let start = try path.flatMap { path in
      try settings.attempt("prompts") { try LearnedPrompt(path: path, registry: registry) }
    }
    if structure.structure == nil, path == nil {
      _ = settings.required("structure", nil, example: "coop:contextLength=4")
    }
    let task = try task.resolve(&settings)
    let shots = trainingImages.resolve(&settings)
    let backboneName = backbone.backbone ?? start?.knownBackbone ?? "embedded:student"
    let backbone = try settings.attempt("backbone") { try Backbone(named: backboneName) }
    try settings.check()
    // A prompt to start from brings its method along.
    guard let task, let folder, let backbone, let structure = structure.structure?.value ?? start?.structure else {
      fatalError("checked above")
    }
    var recipe = recipe.choice
    recipe.epochs = epochs?.value
    recipe.sampledClasses = sampledClasses.count
    var run = try Run(
      task: task, backbone: precision.resolve(backbone), structure: structure,
      supervision: try supervision?.value ?? registry.supervision("hard-label"),
      classes: classes.classes?.value ?? .all,
      shots: shots, seed: seed?.value ?? 1, recipe: recipe, validateEvery: validateEvery?.value,
      activationMemory: activationMemory.activationMemory?.value, start: start, tasks: CommandLineApp.tasks,
      frozen: frozen)
    for (setting, source) in run.sources where source == "option" {
      run.sources[setting] = settings.source(of: setting.hyphenated)
    }
    return (run, folder)
  }
}

extension Double {
  /// With a fixed number of digits behind the point.
  func formatted(digits: Int) -> String { String(format: "%.\(digits)f", self) }
}
