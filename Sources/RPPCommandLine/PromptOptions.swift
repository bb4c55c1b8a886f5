import ArgumentParser
import Basics
import CLIPModel
import Datasets
import FeatureStore
import PromptLearning
import Training

/// A learned prompt and what it is used on.
struct PromptOptions: ParsableArguments {
  @OptionGroup var learned: LearnedPromptOptions
  @OptionGroup var task: TaskOption
  @OptionGroup var classes: ClassesOption

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
    let other = try task.resolve(&settings)
    let (prompt, backbone, run) = try learned.resolve(&settings, frozen: frozen)
    let ofRun = other == nil ? run?.configuration.classes : nil
    return Resolved(
      prompt: prompt, task: other ?? run?.task, backbone: backbone, selection: classes.classes?.value ?? ofRun ?? .all)
  }
}
