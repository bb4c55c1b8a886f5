import Basics
import BoundAnalysis
import CLIPModel
import Datasets
import FeatureStore
import Foundation
import PromptLearning
import Training

/// Theorem 1 by experiment on prompts: for every structure Θ*(λ) on many independent training sets of a task.
///
/// ```swift
/// let sweep = try PromptSweep(
///   [CoOp { $0.contextLength = 4 }], task: TaskRegistry.standard.task(named: "world:shapes@blurry"),
///   objective: DistilledObjective(labels: HardLabel(), distillation: SoftLabelKD()),
///   setting: BoundSetting(weights: try DistillationWeight.list("0,0.1,1,10,inf"), sizes: [24], draws: 16, delta: 0.1))
/// let results = try sweep.run(in: "bounds/first")  // the same line goes on after a stop
/// ```
public struct PromptSweep: Sendable {
  /// What was asked for.
  public let setting: BoundSetting
  /// What decides the numbers beside it.
  public let families: PromptFamily.Setting
  private let structures: [any PromptStructure]
  private let task: any ClassificationTask
  private let backbone: Backbone
  private let objective: DistilledObjective
  private let frozen: FrozenResults
  /// How many evaluations each Θ* is allowed; nil for ``standardBudget(encodesImages:)``.
  private let budget: Int?

  /// How often the objective may be computed for each Θ*, where a user does not say: half as often for structures that prompt
  /// the image encoder, whose evaluations take ten times as long.
  public static func standardBudget(encodesImages: Bool) -> Int { encodesImages ? 100 : 200 }

  /// A sweep of the given parts.
  ///
  /// - Parameters:
  ///   - classes: Which of the task's classes are learned; with the base ones, accuracy on the new ones is measured too.
  ///   - backbone: Nil for the embedded student.
  ///   - objective: What is minimised, with the teacher.
  ///   - setting: Its `budget` counts only where `usesBudget` is true.
  ///   - usesBudget: False for ``standardBudget(encodesImages:)`` of each structure.
  ///   - heldOutCount: How many images the held-out pool has, where images are drawn afresh.
  ///   - frozen: Where features and decoded images come from; no number depends on it.
  /// - Throws: a usage ``Failure`` of a setting that is not what it can be.
  public init(
    _ structures: [any PromptStructure], task: any ClassificationTask, objective: DistilledObjective,
    classes: ClassSelection = .all, backbone: Backbone? = nil, minimiser: PromptMinimiser = .quasiNewton,
    setting: BoundSetting, usesBudget: Bool = false, heldOutCount: Int = 2000, hasEqualShares: Bool = false,
    frozen: FrozenResults = FrozenResults()
  ) throws {
    try setting.check()
    guard !structures.isEmpty else { throw Failure.usage("no structure is given") }
    guard heldOutCount > 1 else { throw Failure.usage("a held-out pool needs at least 2 images") }
    let backbone = try backbone ?? Backbone(named: "embedded:student")
    (self.structures, self.task, self.backbone) = (structures, task, backbone)
    (self.objective, self.frozen, self.setting) = (objective, frozen, setting)
    budget = usesBudget ? setting.budget : nil
    families = PromptFamily.Setting(
      task: TaskRegistry.standard.resolved(task.name), classes: classes, backbone: Run.withWholePath(backbone.name),
      backboneChecksum: backbone.checksum, distillation: objective.distillation.specification.text,
      minimiser: minimiser,
      heldOutCount: heldOutCount, hasEqualShares: hasEqualShares, seed: setting.seed)
  }

  /// Does what is missing, and collects everything.
  ///
  /// - Parameter folder: Where it is kept; nil to keep it in memory. More structures, sizes, draws, sign vectors and posteriors extend a
  ///   folder.
  /// - Throws: ``SweepInterrupted``; a usage ``Failure`` if the folder holds another sweep, or a structure has nothing to learn;
  ///   ``Failure`` if images are missing, or a file is damaged or cannot be written.
  public func run(in folder: String? = nil, observer: SweepObserver = SweepObserver()) throws -> BoundResults {
    let begin = Date()
    let families = try structures.map { structure in
      let family = try PromptFamily(
        structure, task: task, backbone: backbone, setting: self.families, objective: objective, frozen: frozen)
      var setting = setting
      setting.budget = budget ?? Self.standardBudget(encodesImages: family.encodesImages)
      // What one structure lacks is found before another is swept for an hour.
      return (family: family, setting: setting, sweep: try BoundSweep(family, setting))
    }
    if let folder {
      try SweepFolder(path: folder).open(.init(families: self.families, setting: setting, budget: budget))
    }
    var sweeps: [FamilySweep] = []
    for (number, family) in families.enumerated() {
      let name = family.family.name
      observer.note(
        "\(name): \(family.family.parameterCount) learned numbers, \(family.setting.budget) evaluations for each Θ*")
      var part = observer
      part.progress = { progress in
        let share = (Double(number) + progress.share) / Double(families.count)
        observer.progress(
          SweepProgress(share: share, detail: "\(type(of: family.family.structure).name), \(progress.detail)"))
      }
      sweeps.append(try family.sweep.run(in: folder.map { SweepFolder(path: $0).path(of: name) }, observer: part))
    }
    let results = BoundResults(
      setting: setting, sweeps: sweeps, facts: facts, seconds: Date().timeIntervalSince(begin))
    if let folder { try SweepFolder(path: folder).keep(results) }
    return results
  }

  /// What a finished sweep in a folder came to.
  ///
  /// - Returns: Nil if the folder holds no sweep.
  /// - Throws: ``Failure`` if it is not finished, or a file is damaged.
  public static func results(in folder: String) throws -> BoundResults? {
    let folder = SweepFolder(path: folder)
    return folder.isSweep ? try folder.results() : nil
  }

  private var facts: [BoundResults.Fact] {
    let classes = families.classes.labels(of: task.classNames.count).count
    let minimiser =
      switch families.minimiser {
      case .quasiNewton:
        "full-batch L-BFGS from the structure's start, λ from ∞ downwards"
          + (setting.goesBothWays ? " and from 0 upwards, the better kept" : "")
      case .recipe:
        "mini-batches by the structure's recipe, each λ from the structure's start: no minimiser of the objective"
      }
    return [
      .init("task", "\(task.name), \(families.classes == .all ? "all" : families.classes.rawValue) \(classes) classes"),
      .init("backbone", backbone.name), .init("teacher", families.distillation), .init("Θ*", minimiser),
      .init(
        "training sets",
        families.hasEqualShares
          ? "equal shares of every class, where the theorem has independent images"
          : "images drawn independently of class"),
    ]
  }
}
