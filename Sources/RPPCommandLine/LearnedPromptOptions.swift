import ArgumentParser
import Basics
import CLIPModel
import FeatureStore
import PromptLearning
import Training

/// A learned prompt: of a finished run, or a file.
struct LearnedPromptOptions: ParsableArguments {
  /// Which of a run's prompts.
  enum Checkpoint: String, CaseIterable, Sendable {
    /// After the last step.
    case final
    /// The one that did best on validation images.
    case best
  }

  @Option(help: "The folder of a finished run.")
  var run: String?
  @OptionGroup var prompts: PromptsOption
  @Option(help: "With --run: final (default), or best on validation images.", transform: Setting.choice)
  var checkpoint: Setting<Checkpoint>?
  @OptionGroup var backbone: BackboneOption
  @OptionGroup var data: DataOptions
  @OptionGroup var configuration: ConfigurationOption

  /// The prompt, its backbone, and the run that learned it if one was named.
  ///
  /// - Throws: a usage ``Failure`` of all mistakes so far; ``Failure`` if there is no such run or file, or the run is not
  ///   finished.
  func resolve(
    _ settings: inout Settings, frozen: FrozenResults
  ) throws -> (prompt: LearnedPrompt, backbone: Backbone, run: Run?) {
    switch (run, prompts.prompts) {
    case (nil, nil): settings.mistake("--run or --prompts is missing: which prompts?")
    case (.some, .some): settings.mistake("--run and --prompts name prompts twice; leave one of them out")
    case (.some, nil) where backbone.backbone != nil:
      settings.mistake("--backbone goes with --prompts; a run has its own")
    case (nil, .some) where checkpoint != nil && checkpoint?.known != .final:
      settings.mistake("--checkpoint goes with --run")
    default: break
    }
    try settings.check()
    let registry = CommandLineApp.registry
    guard let folder = run else {
      let prompt = try LearnedPrompt(path: prompts.prompts!, registry: registry)
      guard let name = backbone.backbone ?? prompt.knownBackbone else {
        throw Failure.usage("--backbone is missing: the prompts were learned on \(prompt.backbone)")
      }
      return (prompt, try Backbone(named: name), nil)
    }
    let run = try Run(in: folder, registry: registry, tasks: CommandLineApp.tasks, frozen: frozen)
    let prompt = try run.learnedPrompt(in: folder, best: checkpoint?.value == .best, registry: registry)
    return (prompt, run.backbone, run)
  }
}

extension LearnedPrompt {
  /// The name of its backbone, if that is not a path.
  var knownBackbone: String? { Backbone.names.contains(backbone) ? backbone : nil }
}
