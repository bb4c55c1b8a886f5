import ArgumentParser
import Basics
import CLIPModel
import Datasets
import Foundation
import PromptLearning
import Training
import FeatureStore

/// A learned prompt: of a finished run, or a file; and what it is used on.
struct PromptOptions: ParsableArguments {
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
  @OptionGroup var task: TaskOption
  @OptionGroup var classes: ClassesOption
  @Option(help: "With --run: final (default), or best on validation images.", transform: Setting.choice)
  var checkpoint: Setting<Checkpoint>?
  @OptionGroup var backbone: BackboneOption
  @OptionGroup var configuration: ConfigurationOption

  /// What the options name.
  struct Resolved {
    let prompt: LearnedPrompt
    /// Nil for prompts of no run and without `--task`.
    let task: (any ClassificationTask)?
    let backbone: Backbone
    let selection: ClassSelection
  }

  /// - Throws: ``Failure`` if there is no such run or file, or the run is not finished.
  func resolve(_ settings: inout Settings, frozen: FrozenResults) throws -> Resolved {
    switch (run, prompts.prompts) {
    case (nil, nil): settings.mistake("--run or --prompts is missing: which prompts?")
    case (.some, .some): settings.mistake("--run and --prompts name prompts twice; leave one of them out")
    case (.some, nil) where backbone.backbone != nil:
      settings.mistake("--backbone goes with --prompts; a run has its own")
    case (nil, .some) where checkpoint != nil && checkpoint?.known != .final:
      settings.mistake("--checkpoint goes with --run")
    default: break
    }
    let other = try task.resolve(&settings)
    try settings.check()
    let (classes, registry) = (classes.classes?.value, CommandLineApp.registry)
    guard let folder = run else {
      let prompt = try LearnedPrompt(path: prompts.prompts!, registry: registry)
      guard let name = backbone.backbone ?? prompt.knownBackbone else {
        throw Failure.usage("--backbone is missing: the prompts were learned on \(prompt.backbone)")
      }
      return Resolved(
        prompt: prompt, task: other, backbone: try Backbone(named: name), selection: classes ?? .all)
    }
    let run = try Run(in: folder, registry: registry, tasks: CommandLineApp.tasks, frozen: frozen)
    let selection = classes ?? (other == nil ? run.configuration.classes : .all)
    let prompt = try run.learnedPrompt(in: folder, best: checkpoint?.value == .best, registry: registry)
    return Resolved(prompt: prompt, task: other ?? run.task, backbone: run.backbone, selection: selection)
  }
}

extension LearnedPrompt {
  /// The name of its backbone, if that is not a path.
  var knownBackbone: String? { Backbone.names.contains(backbone) ? backbone : nil }
}
