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
    let configuration = try RunDirectory.record(in: path).configuration
    selection = options.classes ?? configuration.classes
    let initial: TrainingState
    do {
      run = try PreparedRun(
        configuration, registry: CommandLineApp.registry, tasks: CommandLineApp.tasks, frozen: results)
      initial = try run.initialState(try run.model(configuration.classes).context)
    } catch let failure as Failure where failure.kind == .usage {
      // It was not the user of this command who named them.
      let lines = failure.description.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
      throw Failure("\(path)/run.json: \(lines.joined(separator: " "))")
    }
    guard initial.parameters.count > 0 else {
      // A run that learned something has become none by a change of its record.
      if FileManager.default.fileExists(atPath: RunDirectory.finalPath(in: path)) {
        _ = try RunDirectory.finalState(in: path, of: configuration, like: initial)
      }
      _ = try RunDirectory.result(in: path, of: configuration)
      state = initial
      return
    }
    guard FileManager.default.fileExists(atPath: RunDirectory.finalPath(in: path)) else {
      throw Failure("the run in \(path) is not finished; the command that began it goes on with it")
    }
    state =
      switch checkpoint {
      case .final: try RunDirectory.finalState(in: path, of: configuration, like: initial)
      case .best: try RunDirectory.bestState(in: path, of: configuration, like: initial)
      }
  }
}

extension ClassSelection: ExpressibleByArgument {}
