import ArgumentParser
import Basics
import Datasets
import Foundation
import PromptLearning

/// A run that was brought to its end, with what it learned.
struct FinishedRun {
  /// Which of its states.
  enum Checkpoint: String, CaseIterable, ExpressibleByArgument {
    /// After the last step.
    case final
    /// The one that did best on validation images.
    case best
  }

  /// Which run, what of it, and for which classes.
  struct Options: ParsableArguments {
    @Option(name: .customLong("run"), help: "The folder of a finished run.")
    var directory: String
    @Option(help: "The classes to tell apart: base, new or all (default: those that were learned).")
    var classes: ClassSelection?
    @Option(help: "final, or best on validation images.")
    var checkpoint = Checkpoint.final
  }

  let run: PreparedRun
  let state: TrainingState
  /// The classes to tell apart.
  let selection: ClassSelection

  /// - Throws: ``Failure`` if the folder holds no run, or one that is not finished.
  init(_ options: Options, _ results: FrozenResults) throws {
    let (path, checkpoint) = (options.directory, options.checkpoint)
    let record = try RunDirectory.record(in: path)
    run = try PreparedRun(record.configuration, registry: CommandLineApp.registry, frozen: results)
    selection = options.classes ?? record.configuration.classes
    let initial = try run.initialState(try run.model(record.configuration.classes).context)
    guard initial.parameters.count > 0 else {
      state = initial
      return
    }
    guard FileManager.default.fileExists(atPath: RunDirectory.finalPath(in: path)) else {
      throw Failure("the run in \(path) is not finished; the command that began it goes on with it")
    }
    let file = "\(path)/\(checkpoint.rawValue).safetensors"
    guard FileManager.default.fileExists(atPath: file) else {
      throw Failure("the run in \(path) has no \(checkpoint.rawValue) checkpoint: it looked at no validation images")
    }
    state = try TrainingState(path: file, like: initial)
  }
}

extension ClassSelection: ExpressibleByArgument {}
