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
  enum Checkpoint: String, CaseIterable, ExpressibleByArgument {
    /// After the last step.
    case final
    /// The one that did best on validation images.
    case best
  }

  @Option(name: .customLong("run"), help: "The folder of a finished run.")
  var folder: String?
  @Option(help: "A learned prompt, as final.safetensors of a run, instead of a run.")
  var prompts: String?
  @Option(help: "The task (default: the run's).")
  var task: String?
  @Option(help: "The classes to tell apart: base, new or all (default: those that the run learned; all without a run).")
  var classes: ClassSelection?
  @Option(help: "With --run: final, or best on validation images.")
  var checkpoint = Checkpoint.final
  @Option(help: "With --prompts: the backbone that they were learned on, where its name is a path.")
  var backbone: String?

  /// What the options name.
  struct Resolved {
    let prompt: LearnedPrompt
    let task: any ClassificationTask
    let backbone: Backbone
    let selection: ClassSelection
  }

  func validate() throws {
    try Self.requireOne(folder: folder, prompts: prompts, backbone: backbone, checkpoint: checkpoint)
  }

  /// - Throws: a usage ``Failure`` if not exactly one of run and file is named, or an option does not go with it.
  static func requireOne(folder: String?, prompts: String?, backbone: String?, checkpoint: Checkpoint) throws {
    switch (folder, prompts) {
    case (nil, nil): throw Failure.usage("--run or --prompts is missing: which prompts?")
    case (.some, .some): throw Failure.usage("--run and --prompts name prompts twice; leave one of them out")
    case (.some, nil) where backbone != nil: throw Failure.usage("--backbone goes with --prompts; a run has its own")
    case (nil, .some) where checkpoint != .final: throw Failure.usage("--checkpoint goes with --run")
    default: break
    }
  }

  /// The backbone of a prompt in a file, as an option names it or as the file does.
  ///
  /// - Throws: a usage ``Failure`` if the file's name means nothing here.
  static func backboneName(_ option: String?, of prompt: LearnedPrompt) throws -> String {
    guard let name = option ?? prompt.knownBackbone else {
      throw Failure.usage("--backbone is missing: the prompts were learned on \(prompt.backbone)")
    }
    return name
  }

  /// - Throws: ``Failure`` if there is no such run or file, or the run is not finished.
  func resolve(frozen: FrozenResults) throws -> Resolved {
    let registry = CommandLineApp.registry
    let other = try task.map { try CommandLineApp.tasks.task(named: $0) }
    guard let folder else {
      let prompt = try LearnedPrompt(path: prompts!, registry: registry)
      guard let other else { throw Failure.usage("--task is missing: --prompts says nothing of images and classes") }
      return Resolved(
        prompt: prompt, task: other, backbone: try Backbone(named: Self.backboneName(backbone, of: prompt)),
        selection: classes ?? .all)
    }
    let run = try Run(in: folder, registry: registry, tasks: CommandLineApp.tasks, frozen: frozen)
    let selection = classes ?? (other == nil ? run.configuration.classes : .all)
    let prompt = try run.learnedPrompt(in: folder, best: checkpoint == .best, registry: registry)
    return Resolved(prompt: prompt, task: other ?? run.task, backbone: run.backbone, selection: selection)
  }
}

extension ClassSelection: ExpressibleByArgument {}
