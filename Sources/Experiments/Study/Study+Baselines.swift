import Basics
import CLIPModel
import Datasets
import Foundation
import PromptLearning
import Tensors
import Training

extension Study {
  /// The jobs of all baselines.
  func baselineJobs(in folder: StudyFolder) -> [WorkQueue.Job] {
    baselineCells.map { cell in
      WorkQueue.Job(
        id: cell.key, kind: .baseline, words: cell.words, seconds: 0, isSmall: true,
        // A damaged record is named where the baseline is learned.
        isDone: (try? folder.baseline(cell.key))?.has(cell.tests) ?? false
      ) { try learn(cell, in: folder, $0) }
    }
  }

  /// - Returns: False if another process has it.
  private func learn(_ cell: BaselineCell, in folder: StudyFolder, _ progress: JobProgress) throws -> Bool {
    guard let lock = try folder.baselineLock(cell.key) else { return false }
    defer { withExtendedLifetime(lock) {} }
    let known = try folder.baseline(cell.key)
    if let known, known.has(cell.tests) { return true }
    progress.step(0, cell.words)
    let task = tasks[cell.task]!
    let labels = cell.classes.labels(of: task.classNames.count)
    let names = try task.classNames(cell.classes)
    let set = try task.trainingSet(cell.shots.map(Shots.perClass) ?? .all, labels: labels, seed: cell.seed)
      .restricted(to: labels)
    guard set.count > 0 else { throw Failure("\(cell.task) has no training images") }
    func images(_ set: ImageSet) throws -> BaselineData.Images {
      BaselineData.Images(features: try frozen.imageFeatures(of: set, by: backbone).tensor(), labels: set.labels)
    }
    let context = try PromptContext(
      backbone: backbone, classNames: names, template: task.template, domainTemplate: task.domainTemplate)
    let texts = CLIP.averaging(
      try context.sequences(templates: nil).map { Variable(try frozen.textFeatures(of: $0, by: backbone)) })
    let training = try images(set)
    let shouldStop = progress.shouldStop
    let learned = try registry.baseline(named: cell.baseline).learned(
      from: BaselineData(
        training: training, validation: try task.validationSet(seed: cell.seed)?.restricted(to: labels).images(images),
        textFeatures: texts.value, logitScale: backbone.model.logitScale.value.scalar
      ) { if shouldStop() { throw Trainer.Interrupted(isResumable: true) } })
    let tests = try cell.tests.map { test in
      if let known = known?.tests.first(where: { $0.test == test }) { return known }
      let set = try tasks[test.task]!.testSet(test.classes)
      let features = try images(set).features
      return BaselineRecord.Test(
        test: test, record: try TestRecord(set) { try learned.evaluation(of: features, set, names, each: $0) })
    }
    let record = BaselineRecord(
      training: try learned.evaluation(of: training.features, set, names) { _ in }, parameters: learned.parameters,
      details: learned.details, images: set.digest, tests: tests)
    try folder.keep(record, baseline: cell.key)
    return true
  }
}

extension ImageSet {
  /// Its images' features and labels; nil if there are none.
  fileprivate func images(_ body: (ImageSet) throws -> BaselineData.Images) rethrows -> BaselineData.Images? {
    count == 0 ? nil : try body(self)
  }
}

extension LearnedBaseline {
  /// How well it does on images, of which each is told.
  ///
  /// - Throws: ``Failure`` if its logits are not finite.
  func evaluation(
    of features: Tensor, _ set: ImageSet, _ names: [String], each: (EvaluatedImage) -> Void
  ) throws -> Evaluation {
    var tally = EvaluationTally(classNames: names)
    // So many that logits of many classes need not fit into memory at once.
    let batch = max(1, (1 << 20) / names.count)
    for start in stride(from: 0, to: set.count, by: batch) {
      let range = start..<min(start + batch, set.count)
      let logits = logits(features.rows(range))
      guard logits.isFinite else { throw Failure("the baseline's logits are not finite") }
      let logs = logits.logSoftmax()
      for index in range {
        each(
          tally.add(
            index: index, name: set.name(at: index), label: set.labels[index],
            logProbabilities: logs.rows(index - start..<index - start + 1).elements))
      }
    }
    return tally.evaluation
  }
}
