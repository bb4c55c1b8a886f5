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
          id: cell.id, kind: .run, words: words(of: cell), seconds: plan.seconds(cell), isSmall: plan.isSmall(cell),
          // A damaged record is named where its cell is run.
          isDone: (try? folder.cellRecord(cell.id))?.has(cell.planned.tests) ?? false
        ) { try execute(cell, in: folder, stepSeconds: plan.stepSeconds(cell), $0) }
      }
    }
    return (jobs(cells.filter { $0.start == nil }), jobs(cells.filter { $0.start != nil }))
  }

  private func words(of cell: ResolvedCell) -> String {
    let shots = cell.cell.shots.map { Shots.perClass($0) } ?? .all
    return "\(cell.cell.task), \(type(of: cell.structure).name), \(shots), seed \(cell.cell.seed)"
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
    let tuned = try tunedRate(of: cell, in: folder)
    var run = try run(
      cell, start: try startingPrompt(of: cell, in: folder), learningRate: tuned?.learningRate)
    if tuned != nil { run.sources["learningRate"] = "tuning" }
    var images: [EvaluatedImage] = []
    let outcome = try run.train(
      in: path, testing: [],
      observer: RunObserver(
        shouldStop: progress.shouldStop,
        progress: { _ in progress.step(stepSeconds, words(of: cell)) }, tested: { images.append($1) }))
    var record = try record(of: run, outcome, images, cell, in: path, earlier: earlier)
    record.tuning = tuned
    record.attention = try attention(to: outcome.prompt, of: cell.cell)
    try folder.keep(record, of: cell.id)
    return true
  }

  func startingPrompt(of cell: ResolvedCell, in folder: StudyFolder) throws -> LearnedPrompt? {
    guard let start = cell.start else { return nil }
    let path = "\(folder.runPath(start))/final.safetensors"
    guard FileManager.default.fileExists(atPath: path) else {
      throw Failure("the run that it starts from is not there (\(start))")
    }
    return try LearnedPrompt(path: path, registry: registry.plugins)
  }

  /// - Parameter images: What the run's own test said of each image, in order; empty if it was read.
  private func record(
    of run: Run, _ outcome: RunOutcome, _ images: [EvaluatedImage], _ cell: ResolvedCell, in path: String,
    earlier: CellRecord?
  ) throws -> CellRecord {
    let tests = try cell.planned.tests.map { test in
      if let known = earlier?.tests.first(where: { $0.test == test }) { return known }
      let task = tasks[test.task]!
      // Prompts of each class for itself say nothing of others.
      if let names = outcome.prompt.classNames, names != (try task.classNames(test.classes)) {
        return CellRecord.Test(test: test, record: nil)
      }
      let set = try task.testSet(test.classes)
      if test == CellTest(task: cell.cell.task, classes: cell.cell.classes), images.count == set.count {
        return CellRecord.Test(test: test, record: TestRecord(outcome.result.test, of: images, in: set))
      }
      let record = try TestRecord(set) { each in
        try outcome.prompt.evaluate(
          on: task, test.classes, backbone: backbone, frozen: frozen, each: each)
      }
      return CellRecord.Test(test: test, record: record)
    }
    let training = try run.trainingSet()
    let order = BatchOrder(
      count: training.count, batchSize: run.configuration.batchSize, task: run.configuration.portable.task,
      seed: run.configuration.seed)
    let folderRecord = try RunDirectory.record(in: path)
    return CellRecord(
      configuration: run.configuration.portable, training: outcome.result.training, terms: outcome.result.terms,
      parameters: folderRecord.learnedParameters, images: training.digest,
      order: ContentHash(of: (0..<run.configuration.epochs).flatMap { order.batches(epoch: $0).joined() }).digits,
      kernels: folderRecord.arithmetic.periods.map(\.arithmetic.kernels), tests: tests)
  }
}

extension TestRecord {
  /// A record of some test images.
  ///
  /// - Parameter evaluate: Evaluates on them and tells of every image.
  init(_ set: ImageSet, _ evaluate: (_ each: (EvaluatedImage) -> Void) throws -> Evaluation) rethrows {
    var images: [EvaluatedImage] = []
    let evaluation = try evaluate { images.append($0) }
    self.init(evaluation, of: images, in: set)
  }

  /// A record of some test images that were evaluated, in the order of their set.
  init(_ evaluation: Evaluation, of images: [EvaluatedImage], in set: ImageSet) {
    self.init(
      evaluation: evaluation, isCorrect: images.map(\.isCorrect), confidences: images.map { Float($0.confidence) },
      images: set.digest)
  }
}

extension ImageSet {
  /// What tells these images in this order from others, by their names without folders.
  var digest: String {
    ContentHash(of: labels.indices.map { TaskRegistry.portable(name(at: $0)) }.joined(separator: "\n")).digits
  }
}
