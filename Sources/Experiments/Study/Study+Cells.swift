import Basics
import Datasets
import Foundation
import PromptLearning
import Training

extension Study {
  /// The jobs of all cells, those that start from others' prompts apart.
  func cellJobs(in folder: StudyFolder, _ plan: StudyPlan) -> (first: [WorkQueue.Job], dependent: [WorkQueue.Job]) {
    func jobs(_ cells: [ResolvedCell]) -> [WorkQueue.Job] {
      cells.map { cell in
        WorkQueue.Job(
          id: cell.id, kind: .run, seconds: plan.seconds(cell), isSmall: plan.isSmall(cell),
          // A damaged record is named where its cell is run.
          isDone: (try? folder.cellRecord(cell.id))?.has(cell.planned.tests) ?? false
        ) { try execute(cell, in: folder, stepSeconds: plan.stepSeconds(cell), $0) }
      }
    }
    return (jobs(cells.filter { $0.start == nil }), jobs(cells.filter { $0.start != nil }))
  }

  /// - Returns: False if another process has the cell.
  private func execute(
    _ cell: ResolvedCell, in folder: StudyFolder, stepSeconds: Double, _ progress: JobProgress
  ) throws -> Bool {
    let path = folder.runPath(cell.id)
    try Folder.make(path)
    guard let lock = try FileLock.ifFree(in: path, name: "cell.lock") else { return false }
    defer { withExtendedLifetime(lock) {} }
    let earlier = try folder.cellRecord(cell.id)
    // By another process in the meantime.
    if let earlier, earlier.has(cell.planned.tests) { return true }
    let run = try run(cell, start: try startingPrompt(of: cell, in: folder))
    let shouldStop = progress.shouldStop
    let outcome = try run.train(
      in: path, testing: [],
      observer: RunObserver(
        shouldStop: shouldStop,
        progress: { _ in
          progress.step(stepSeconds, "\(cell.cell.task), \(type(of: cell.structure).name), seed \(cell.cell.seed)")
        }))
    try folder.keep(try record(of: run, outcome, cell, in: path, earlier: earlier), of: cell.id)
    return true
  }

  private func startingPrompt(of cell: ResolvedCell, in folder: StudyFolder) throws -> LearnedPrompt? {
    guard let start = cell.start else { return nil }
    let path = "\(folder.runPath(start))/final.safetensors"
    guard FileManager.default.fileExists(atPath: path) else {
      throw Failure("the run that it starts from is not there (\(start))")
    }
    return try LearnedPrompt(path: path, registry: registry.plugins)
  }

  private func record(
    of run: Run, _ outcome: RunOutcome, _ cell: ResolvedCell, in path: String, earlier: CellRecord?
  ) throws -> CellRecord {
    let tests = try cell.planned.tests.map { test in
      if let known = earlier?.tests.first(where: { $0.test == test }) { return known }
      let task = tasks[test.task]!
      // Prompts of each class for itself say nothing of others.
      if let names = outcome.prompt.classNames, names != (try task.classNames(test.classes)) {
        return CellRecord.Test(test: test, record: nil)
      }
      let record = try TestRecord(task.testSet(test.classes)) { each in
        try outcome.prompt.evaluate(
          on: task, test.classes, backbone: backbone, frozen: frozen, each: each)
      }
      return CellRecord.Test(test: test, record: record)
    }
    let images = try run.trainingSet()
    let order = BatchOrder(
      count: images.count, batchSize: run.configuration.batchSize, task: run.configuration.portable.task,
      seed: run.configuration.seed)
    let folderRecord = try RunDirectory.record(in: path)
    return CellRecord(
      configuration: run.configuration.portable, training: outcome.result.training, terms: outcome.result.terms,
      parameters: folderRecord.learnedParameters, images: images.digest,
      order: ContentHash(of: (0..<run.configuration.epochs).flatMap { order.batches(epoch: $0).joined() }).digits,
      kernels: folderRecord.arithmetic.periods.map(\.arithmetic.kernels), tests: tests)
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
