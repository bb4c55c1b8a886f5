import Basics
import CLIPModel
import FeatureStore
import Foundation
import PromptLearning
import Tensors
import Training

extension Study {
  /// Runs what is missing and reads what is there; any number of processes can do so in one folder at once.
  ///
  /// - Parameters:
  ///   - path: The study's folder; its lists are added to those that it has.
  ///   - command: The command that does the same, for the report.
  /// - Throws: ``Trainer/Interrupted``; a usage ``Failure`` if the folder holds another study; ``Failure`` if it cannot be
  ///   written. A run that fails does not stop the others: it is among ``StudyResults/missing``.
  public func run(
    in path: String, command: String = "", observer: StudyObserver = StudyObserver()
  ) throws -> StudyResults {
    let (folder, grids) = try StudyFolder.open(path, for: self)
    let study = try with(grids)
    try study.evaluateReferences(in: folder, observer)
    try study.measureCosts(in: folder, observer)
    let plan = try StudyPlan(study, costs: folder.costs())
    let (first, dependent) = study.cellJobs(in: folder, plan)
    let trials = study.trialJobs(in: folder, plan)
    // Without trials nothing waits for anything but cells for the prompts that they start from.
    let phases =
      trials.first.isEmpty && trials.dependent.isEmpty
      ? [study.baselineJobs(in: folder) + first, dependent]
      : [study.baselineJobs(in: folder) + trials.first, first, trials.dependent, dependent]
    Self.announce(phases.flatMap { $0 }, observer)
    try study.warn(first + dependent, observer)
    let failures = try WorkQueue(phases, observer: observer).run()
    return try study.results(in: folder, command: command, failures: failures)
  }

  /// The study in a folder.
  ///
  /// - Throws: ``Failure`` if there is none, or what it names is not there any more.
  public init(
    in path: String, registry: StudyRegistry, frozen: FrozenResults = FrozenResults()
  ) throws {
    let record = try StudyFolder(path: path).record()
    let backbone = try Backbone(named: record.setting.backbone).requiring(record.setting.precision ?? .fp32)
    guard backbone.checksum == record.setting.backboneChecksum else {
      throw Failure(
        "the backbone \(record.setting.backbone) is not the one of \(path): its weights' checksum is \(backbone.checksum), "
          + "the comparison's \(record.setting.backboneChecksum)")
    }
    var registry = registry
    registry.tasks = registry.tasks.orRoot(record.dataRoot)
    do {
      try self.init(record.setting, record.grids, backbone: backbone, registry: registry, frozen: frozen)
    } catch let failure as Failure where failure.kind == .usage {
      // It was not the user of this command who named them.
      let lines = failure.description.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
      let program = record.program.flatMap { $0 == ProcessInfo.processInfo.processName ? nil : $0 }
      throw Failure(
        "\(path)/study.json: \(lines.joined(separator: "; "))"
          + (program.map { "; the comparison was made by another program, \($0)" } ?? ""))
    }
  }

  /// What is there in a folder, without running anything.
  public func results(in path: String, command: String = "") throws -> StudyResults {
    try results(in: StudyFolder(path: path), command: command, failures: [:])
  }

  // MARK: Before the runs

  /// What hand-written templates and teachers do on the test images of all cells.
  private func evaluateReferences(in folder: StudyFolder, _ observer: StudyObserver) throws {
    for reference in references where try folder.reference(reference.key) == nil {
      if observer.shouldStop() { throw Trainer.Interrupted(isResumable: true) }
      let task = tasks[reference.test.task]!
      let teacher = try reference.request.backbone.map { try Backbone(named: $0).with(backbone.precision) } ?? backbone
      let record = try TestRecord(task.testSet(reference.test.classes)) { each in
        try task.evaluateZeroShot(
          on: teacher, reference.test.classes, templates: reference.request.templates, frozen: frozen, each: each)
      }
      try folder.keep(record, reference: reference.key)
    }
  }

  /// Measures a few steps of everything that has not been measured, unless another process does.
  private func measureCosts(in folder: StudyFolder, _ observer: StudyObserver) throws {
    guard let lock = try FileLock.ifFree(in: folder.path, name: "costs.lock") else { return }
    defer { withExtendedLifetime(lock) {} }
    var costs = folder.costs()
    for cell in cells {
      let isKnown = costs.contains {
        ($0.task, $0.structure, $0.supervision) == (cell.cell.task, cell.cell.structure, cell.cell.judgement)
      }
      // What is done needs no estimate.
      guard !isKnown, (try? folder.cellRecord(cell.id)) == nil else { continue }
      if observer.shouldStop() { throw Trainer.Interrupted(isResumable: true) }
      // A run that cannot make steps says so itself.
      guard let cost = try? measuredCost(of: cell) else { continue }
      costs.append(cost)
      try folder.keep(costs)
    }
  }

  /// The median of a few steps.
  private func measuredCost(of cell: ResolvedCell) throws -> MeasuredCost? {
    let run = try run(cell, start: nil)
    let initial = try run.initialParameters()
    guard initial.count > 0 else { return nil }
    let model = try run.model(initial)
    let trainer = try run.trainer(from: initial)
    var state = trainer.initialState
    let batch = Array(0..<min(run.configuration.batchSize, try run.trainingSet().count))
    var seconds: [Double] = []
    let begin = Date()
    // The first step also wakes what works on all others.
    while seconds.count < 6, seconds.count < 2 || Date().timeIntervalSince(begin) < 1 {
      let start = Date()
      try trainer.step(&state, on: batch)
      seconds.append(Date().timeIntervalSince(start))
    }
    let median = seconds.dropFirst().sorted()[(seconds.count - 1) / 2]
    return MeasuredCost(
      task: cell.cell.task, structure: cell.cell.structure, supervision: cell.cell.judgement, stepSeconds: median,
      imagesPerSecond: Double(batch.count) / median,
      peakBytes: try run.predictedMemory(model, initial, batchSize: batch.count).peak,
      parameters: initial.count)
  }

  private static func announce(_ jobs: [WorkQueue.Job], _ observer: StudyObserver) {
    let open = jobs.filter { !$0.isDone }
    let seconds = open.reduce(0) { $0 + $1.seconds }
    let threads = "\(Parallel.threadCount) thread\(Parallel.threadCount == 1 ? "" : "s")"
    observer.note(
      "\(jobs.counted), \(jobs.count - open.count) of them done"
        + (seconds > 0 ? "; training takes about \(PredictedTime.text(seconds)) on \(threads), tests come on top" : ""))
  }

  /// Says what a user may not expect of the recipe, once.
  private func warn(_ jobs: [WorkQueue.Job], _ observer: StudyObserver) throws {
    let open = Set(jobs.filter { !$0.isDone }.map(\.id))
    var told: Set<String> = []
    for cell in cells where open.contains(cell.id) && type(of: cell.structure).publishedRecipe != nil {
      let run = try run(cell, start: nil)
      let notes = [
        run.configuration.recipe.warmupNote, run.augmentationNote(try run.model(try run.initialParameters())),
      ]
      for note in notes.compactMap({ $0 }) where told.insert(note).inserted { observer.note(note) }
    }
  }
}
