import Basics
import Datasets
import PromptLearning
import Training

extension Study {
  /// The search of learning rates, if there is one.
  var tuning: Tuning? { setting.tune.map(Tuning.init) }

  /// The validation images of the classes that a cell learns; nil if there are none.
  func validationSet(of cell: Cell) throws -> ImageSet? {
    let task = tasks[cell.task]!
    let shots = cell.shots.map(Shots.perClass) ?? .all
    let set = try task.validationSet(shots, seed: cell.seed)?
      .restricted(to: cell.classes.labels(of: task.classNames.count))
    return set.flatMap { $0.count > 0 ? $0 : nil }
  }

  /// The searches that the setting asks for, by ``ResolvedCell/family``, of cells that learn something.
  ///
  /// - Throws: a usage ``Failure`` for a task without validation images, and for rates that are none.
  func searches() throws -> [String: TuningGroup] {
    guard let tuning else { return [:] }
    var groups: [String: TuningGroup] = [:]
    for cell in cells where groups[cell.family] == nil {
      let run = try run(cell, start: nil)
      guard try run.initialParameters().count > 0 else { continue }
      let own = run.configuration.learningRate
      groups[cell.family] = TuningGroup(
        cell: cell, own: own,
        trials: tuning.rates(around: own).map { .init(learningRate: $0, id: "\(cell.id)_rate-\($0)") })
    }
    try requireTunable(groups)
    return groups
  }

  private func requireTunable(_ groups: [String: TuningGroup]) throws {
    let searched = groups.values.map(\.cell).sorted { $0.id < $1.id }
    for cell in searched where try validationSet(of: cell.cell) == nil {
      throw Failure.usage(
        "\(cell.cell.task) has no validation images of the classes that are learned, and learning rates are chosen on "
          + "nothing else: leave the search out, or give the task such images")
    }
    for group in groups.values {
      for trial in group.trials { _ = try run(group.cell, start: nil, learningRate: trial.learningRate) }
    }
  }

  /// The jobs of all trials, those that start from others' prompts apart.
  func trialJobs(in folder: StudyFolder, _ plan: StudyPlan) -> (first: [WorkQueue.Job], dependent: [WorkQueue.Job]) {
    func jobs(_ groups: [TuningGroup]) -> [WorkQueue.Job] {
      groups.flatMap { group in
        group.trials.map { trial in
          WorkQueue.Job(
            id: trial.id, kind: .trial, words: group.words(trial), seconds: plan.seconds(group.cell),
            isSmall: plan.isSmall(group.cell),
            // A damaged record is named where the trial is run.
            isDone: ((try? folder.trial(trial.id)) ?? nil) != nil
          ) { try execute(trial, of: group, in: folder, stepSeconds: plan.stepSeconds(group.cell), $0) }
        }
      }
    }
    // In the order of the cells, which is the same in every process.
    let groups = cells.compactMap { cell in
      tuningGroups[cell.family].flatMap { $0.cell.id == cell.id ? $0 : nil }
    }
    return (jobs(groups.filter { $0.cell.start == nil }), jobs(groups.filter { $0.cell.start != nil }))
  }

  /// - Returns: False if another process has the trial.
  private func execute(
    _ trial: TuningGroup.Trial, of group: TuningGroup, in folder: StudyFolder, stepSeconds: Double,
    _ progress: JobProgress
  ) throws -> Bool {
    let path = folder.trialPath(trial.id)
    try Folder.make(path)
    guard let lock = try FileLock.ifFree(in: path, name: "trial.lock") else { return false }
    defer { withExtendedLifetime(lock) {} }
    // By another process in the meantime.
    if try folder.trial(trial.id) != nil { return true }
    let cell = group.cell
    guard let images = try validationSet(of: cell.cell) else {
      throw Failure("\(cell.cell.task) has no validation images any more")
    }
    var run = try run(cell, start: try startingPrompt(of: cell, in: folder), learningRate: trial.learningRate)
    run.sources["learningRate"] = "trial"
    func record(_ validation: Evaluation?, _ failure: Failure? = nil) -> TrialRecord {
      TrialRecord(
        learningRate: trial.learningRate, validation: validation, failure: failure?.description, count: images.count,
        images: images.digest)
    }
    do {
      let prompt = try run.learn(
        in: path,
        observer: RunObserver(
          shouldStop: progress.shouldStop, progress: { _ in progress.step(stepSeconds, group.words(trial)) }))
      let evaluator = try prompt.evaluator(
        on: images, of: cell.task, cell.cell.classes, backbone: backbone, frozen: frozen)
      try folder.keep(record(try evaluator(prompt.parameters)), trial: trial.id)
    } catch let failure as Failure where failure.kind == .notFinite {
      // That a rate is too high is what the search is to find out.
      try folder.keep(record(nil, failure), trial: trial.id)
    }
    return true
  }

  /// The learning rate that was chosen for a cell; nil where none was searched.
  ///
  /// - Throws: ``Failure`` if a trial is not there, or no rate is any good.
  func tunedRate(of cell: ResolvedCell, in folder: StudyFolder) throws -> TunedRate? {
    guard let group = tuningGroups[cell.family] else { return nil }
    let records = try group.trials.map { trial in
      guard let record = try folder.trial(trial.id) else {
        throw Failure("its learning rate cannot be chosen: the trial of \(trial.learningRate) is not there")
      }
      return record
    }
    let trials = records.map { TunedRate.Trial(learningRate: $0.learningRate, accuracy: $0.validation?.accuracy) }
    guard let best = Tuning.best(of: trials, around: group.own) else {
      throw Failure(
        "none of the \(trials.count) learning rates that were tried keeps numbers finite: \(records[0].failure ?? "")")
    }
    return TunedRate(
      learningRate: trials[best].learningRate, recipe: group.own, trials: trials, seed: group.cell.cell.seed,
      validationImages: records[best].count, images: records[best].images)
  }
}
