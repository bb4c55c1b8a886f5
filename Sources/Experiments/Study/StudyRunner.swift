import Basics
import Datasets
import Foundation
import Optimization
import PromptLearning
import Synchronization
import Training

/// Works through the cells of a study, beside other processes that do the same.
final class StudyRunner: Sendable {
  private struct State {
    /// Why a cell failed, by its id.
    var failures: [String: String] = [:]
    /// Ids of cells that are done, by this process or another.
    var done: Set<String> = []
    /// Estimated seconds of the work that was done.
    var seconds = 0.0
    var isInterrupted = false
  }

  private let study: Study
  private let folder: StudyFolder
  private let observer: StudyObserver
  private let plan: StudyPlan
  /// Ids of the cells that were not done at the start.
  private let open: Set<String>
  private let totalSeconds: Double
  private let state = Mutex(State())

  init(
    _ study: Study, in folder: StudyFolder, plan: StudyPlan, open: [Study.ResolvedCell], observer: StudyObserver
  ) {
    self.study = study
    self.open = Set(open.map(\.id))
    totalSeconds = open.reduce(0) { $0 + plan.seconds($1) }
    self.folder = folder
    self.plan = plan
    self.observer = observer
  }

  /// Runs and tests what is missing.
  ///
  /// - Returns: Why cells failed, by their ids; empty if none did.
  /// - Throws: ``Trainer/Interrupted``.
  func run() throws -> [String: String] {
    // Cells that start from others' prompts come after these.
    for isDependent in [false, true] {
      var open = study.cells.filter { ($0.start != nil) == isDependent }
      while true {
        open = open.filter { !isSettled($0) }
        guard !open.isEmpty else { break }
        // Small runs side by side; large ones one after another, which then use all threads, as do the last small ones, beside
        // which threads would have nothing to do.
        let small = open.filter(plan.isSmall)
        let sideBySide = small.count - small.count % Parallel.threadCount
        Parallel.forEach(sideBySide) { attempt(small[$0]) }
        for cell in small[sideBySide...] + open.filter({ !plan.isSmall($0) }) { attempt(cell) }
        try checkInterruption()
        open = open.filter { !isSettled($0) }
        // What is left belongs to other processes: they finish it, or are killed and leave it.
        if !open.isEmpty {
          report("waiting for \(open.count) run\(open.count == 1 ? "" : "s") of other processes")
          usleep(300_000)
          try checkInterruption()
        }
      }
    }
    return state.withLock { $0.failures }
  }

  private func checkInterruption() throws {
    if state.withLock({ $0.isInterrupted }) || observer.shouldStop() { throw Trainer.Interrupted(isResumable: true) }
  }

  private func isSettled(_ cell: Study.ResolvedCell) -> Bool {
    state.withLock { $0.done.contains(cell.id) || $0.failures[cell.id] != nil }
  }

  /// Runs a cell unless another process has it; what goes wrong is remembered.
  private func attempt(_ cell: Study.ResolvedCell) {
    guard !state.withLock({ $0.isInterrupted }), !observer.shouldStop() else { return }
    do {
      guard try execute(cell) else { return }
      state.withLock { _ = $0.done.insert(cell.id) }
      report(cell.id)
    } catch is Trainer.Interrupted {
      state.withLock { $0.isInterrupted = true }
    } catch {
      state.withLock { $0.failures[cell.id] = "\(error)" }
    }
  }

  /// - Returns: False if another process has the cell.
  private func execute(_ cell: Study.ResolvedCell) throws -> Bool {
    let path = folder.runPath(cell.id)
    try Folder.make(path)
    guard let lock = try FileLock.ifFree(in: path, name: "cell.lock") else { return false }
    defer { withExtendedLifetime(lock) {} }
    if let record = try folder.cellRecord(cell.id), record.has(cell.planned.tests) {
      // By another process in the meantime.
      if open.contains(cell.id) { advance(plan.seconds(cell)) }
      return true
    }
    let run = try study.run(cell, start: try startingPrompt(of: cell))
    let stepSeconds = plan.stepSeconds(cell)
    var counted = 0.0
    let outcome = try run.train(
      in: path, testing: [],
      observer: RunObserver(
        shouldStop: { [self] in observer.shouldStop() || state.withLock { $0.isInterrupted } },
        progress: { [self] progress in
          counted += stepSeconds
          advance(stepSeconds)
          report("\(cell.cell.task), \(type(of: cell.structure).name), seed \(cell.cell.seed)")
        }))
    try folder.keep(try record(of: run, outcome, cell, earlier: folder.cellRecord(cell.id)), of: cell.id)
    advance(max(0, plan.seconds(cell) - counted))
    return true
  }

  private func startingPrompt(of cell: Study.ResolvedCell) throws -> LearnedPrompt? {
    guard let start = cell.start else { return nil }
    let path = "\(folder.runPath(start))/final.safetensors"
    guard FileManager.default.fileExists(atPath: path) else {
      throw Failure("the run that it starts from is not there (\(start))")
    }
    return try LearnedPrompt(path: path, registry: study.registry.plugins)
  }

  private func record(
    of run: Run, _ outcome: RunOutcome, _ cell: Study.ResolvedCell, earlier: CellRecord?
  ) throws -> CellRecord {
    let tests = try cell.planned.tests.map { test in
      if let known = earlier?.tests.first(where: { $0.test == test }) { return known }
      let task = study.tasks[test.task]!
      // Prompts of each class for itself say nothing of others.
      if let names = outcome.prompt.classNames, names != (try task.classNames(test.classes)) {
        return CellRecord.Test(test: test, record: nil)
      }
      let record = try TestRecord(task.testSet(test.classes)) { each in
        try outcome.prompt.evaluate(
          on: task, test.classes, backbone: study.backbone, frozen: study.frozen, each: each)
      }
      return CellRecord.Test(test: test, record: record)
    }
    let images = try run.trainingSet()
    let order = BatchOrder(
      count: images.count, batchSize: run.configuration.batchSize, task: run.configuration.portable.task,
      seed: run.configuration.seed)
    let folderRecord = try RunDirectory.record(in: folder.runPath(cell.id))
    return CellRecord(
      configuration: run.configuration.portable, training: outcome.result.training, terms: outcome.result.terms,
      parameters: folderRecord.learnedParameters, images: images.digest,
      order: ContentHash(of: (0..<run.configuration.epochs).flatMap { order.batches(epoch: $0).joined() }).digits,
      kernels: folderRecord.arithmetic.periods.map(\.arithmetic.kernels), tests: tests)
  }

  private func advance(_ seconds: Double) { state.withLock { $0.seconds += seconds } }

  private func report(_ detail: String) {
    // Under the lock, so that an observer is told by one thread at a time.
    state.withLock { state in
      observer.progress(
        StudyProgress(
          done: state.done.count, runs: study.cells.count,
          share: totalSeconds > 0 ? min(1, state.seconds / totalSeconds) : 0, detail: detail))
    }
  }
}

extension TestRecord {
  /// A record of some test images.
  ///
  /// - Parameter evaluate: Evaluates on them and tells of every image.
  init(_ set: ImageSet, _ evaluate: (_ each: (EvaluatedImage) -> Void) throws -> Evaluation) rethrows {
    var isCorrect: [Bool] = []
    var confidences: [Float] = []
    let evaluation = try evaluate {
      isCorrect.append($0.isCorrect)
      confidences.append(Float($0.confidence))
    }
    self.init(evaluation: evaluation, isCorrect: isCorrect, confidences: confidences, images: set.digest)
  }
}

extension ImageSet {
  /// What tells these images in this order from others, by their names without folders.
  var digest: String {
    ContentHash(of: labels.indices.map { TaskRegistry.portable(name(at: $0)) }.joined(separator: "\n")).digits
  }
}
