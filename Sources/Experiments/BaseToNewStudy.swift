import Basics
import CLIP
import Datasets
import Foundation
import Optimization
import PromptLearning

/// Prompts learned on the base half of a task's classes, tested on both halves, over several seeds.
public struct BaseToNewStudy: Sendable {
  /// Accuracy, in [0, 1], on test images of both halves.
  public struct Accuracies: Codable, Equatable, Sendable {
    /// On the classes that prompts were learned for.
    public let base: Double
    /// On the others.
    public let new: Double

    /// The harmonic mean of both; 0 if one of them is.
    public var harmonicMean: Double { base + new == 0 ? 0 : 2 * base * new / (base + new) }
  }

  /// What one seed gave.
  public struct SeedResult: Codable, Equatable, Sendable {
    /// The seed.
    public let seed: UInt64
    /// How well its prompts do.
    public let accuracies: Accuracies
    /// Seconds that learning took.
    public let seconds: Double
  }

  /// What decides every run but its seed; its classes are the base classes.
  public let run: PreparedRun

  /// A study of a run's configuration at several seeds.
  public init(_ run: PreparedRun) { self.run = run }

  /// How well a structure without parameters does.
  public func zeroShot(_ structure: any PromptStructure) throws -> Accuracies {
    try accuracies(ParameterSet(), run: run, structure: structure)
  }

  /// Learns with one seed, in memory, and tests.
  ///
  /// - Parameter shouldStop: Asked before every step; see ``Trainer/run(in:shouldStop:report:)``.
  public func result(seed: UInt64, shouldStop: () -> Bool = { false }) throws -> SeedResult {
    var configuration = run.configuration
    configuration.seed = seed
    let seeded = PreparedRun(
      configuration, task: run.task, backbone: run.backbone, structure: run.structure, supervision: run.supervision,
      frozen: run.frozen)
    let start = Date()
    let state = try seeded.trainer().run(shouldStop: shouldStop)
    let seconds = Date().timeIntervalSince(start)
    return SeedResult(
      seed: seed, accuracies: try accuracies(state.parameters, run: seeded, structure: seeded.structure),
      seconds: seconds)
  }

  private func accuracies(
    _ parameters: ParameterSet, run: PreparedRun, structure: any PromptStructure
  ) throws -> Accuracies {
    Accuracies(
      base: try run.evaluate(parameters, on: .base, structure: structure).accuracy,
      new: try run.evaluate(parameters, on: .new, structure: structure).accuracy)
  }
}
