import Basics
import Datasets
import Foundation
import Optimization
import PromptLearning

/// Who watches a run, and may stop it.
public struct RunObserver {
  /// Asked before every step; true stops the run, which can then go on from its folder.
  public var shouldStop: () -> Bool
  /// Told what a user should know, a line each.
  public var note: (String) -> Void
  /// Told of every step.
  public var progress: (Trainer.Progress) -> Void
  /// Told of every test image, in the order of its set, with the classes that are tested; of none where the result of a
  /// finished run is read.
  public var tested: (ClassSelection, EvaluatedImage) -> Void

  /// Nobody, but for what is given.
  public init(
    shouldStop: @escaping () -> Bool = { false }, note: @escaping (String) -> Void = { _ in },
    progress: @escaping (Trainer.Progress) -> Void = { _ in },
    tested: @escaping (ClassSelection, EvaluatedImage) -> Void = { _, _ in }
  ) {
    self.shouldStop = shouldStop
    self.note = note
    self.progress = progress
    self.tested = tested
  }
}

/// A run that was brought to its end.
public struct RunOutcome: Sendable {
  /// What was learned.
  public let prompt: LearnedPrompt
  /// What it came to.
  public let result: RunResult
  /// How long it took; nil for a finished run whose folder does not tell.
  public let timing: RunTiming?
}

extension Run {
  /// Trains to the end and tests; goes on where the folder's last checkpoint stands, and reads the result of a finished run.
  ///
  /// - Parameters:
  ///   - folder: Where record, checkpoints, metrics, prompts and result go; nil to keep everything in memory.
  ///   - tested: The classes to test besides the learned ones; nil for the new ones where the base ones are learned.
  ///   - observer: Who watches.
  /// - Throws: ``Trainer/Interrupted``; a usage ``Failure`` if the folder holds another run; ``Failure`` if the loss is not
  ///   finite, or a file is damaged or cannot be written.
  public func train(
    in folder: String? = nil, testing tested: [ClassSelection]? = nil, observer: RunObserver = RunObserver()
  ) throws -> RunOutcome {
    let began = Date()
    // What is quick to find wrong comes before what takes long.
    let initial = try initialParameters()
    let model = try model(initial)
    for note in task.notes + (try structure.notes(model.context)) { observer.note(note) }
    let warning =
      initial.count > 0 ? try memoryWarning(model, initial, available: AvailableMemory.bytes()) : nil
    let directory = try directory(folder, learnedParameters: initial.count)
    if let directory, let outcome = try finished(in: directory, learns: initial.count > 0, model) { return outcome }
    if let warning { observer.note(warning) }
    let preparation: Preparation
    do {
      preparation = try prepare(model, initial, in: directory, testing: tested, observer)
    } catch let failure as Failure {
      // What cannot be made must not stand in the way of what was meant.
      directory?.withdraw()
      throw failure
    }
    let (trainer, selections, zeroShot) = (preparation.trainer, preparation.selections, preparation.zeroShot)
    let prompt = try learned(by: trainer, from: initial, in: directory, observer)
    let result = RunResult(
      training: try Evaluator(model, on: try trainingSet(), backbone: backbone, frozen: frozen)(prompt.parameters),
      terms: try trainer.terms(at: prompt.parameters),
      tests: try zip(selections, zeroShot).map { selection, zeroShot in
        RunResult.Test(
          classes: selection,
          prompt: try prompt.evaluate(on: task, selection, backbone: backbone, frozen: frozen) {
            observer.tested(selection, $0)
          }, zeroShot: zeroShot)
      }, ranks: Ranks.count)
    let timing = RunTiming(seconds: Date().timeIntervalSince(began))
    try directory?.keep(result, of: configuration, timing)
    return RunOutcome(prompt: prompt, result: result, timing: timing)
  }

  /// Trains to the end without a look at test images; goes on where the folder's last checkpoint stands, and reads the prompt of
  /// a run that was trained. For choosing settings on validation images: ``train(in:testing:observer:)`` with the same folder
  /// tests afterwards.
  ///
  /// - Throws: as ``train(in:testing:observer:)``.
  public func learn(in folder: String? = nil, observer: RunObserver = RunObserver()) throws -> LearnedPrompt {
    let initial = try initialParameters()
    let model = try model(initial)
    return try learned(
      by: try trainer(of: model, from: initial), from: initial,
      in: try directory(folder, learnedParameters: initial.count), observer)
  }

  private func directory(_ folder: String?, learnedParameters: Int) throws -> RunDirectory? {
    var record = RunDirectory.Record(
      configuration: configuration, sources: sources, learnedParameters: learnedParameters)
    record.dataRoot = task.root
    guard let folder else { return nil }
    let directory = Ranks.isFirst ? try RunDirectory(opening: folder, for: record) : nil
    // What the first rank refuses ends all of them here.
    Ranks.meet()
    return try directory ?? RunDirectory(following: folder)
  }

  /// What a trainer learns in a folder, or what it has learned there.
  private func learned(
    by trainer: Trainer, from initial: ParameterSet, in directory: RunDirectory?, _ observer: RunObserver
  ) throws -> LearnedPrompt {
    let isClassSpecific = trainer.model.isClassSpecific
    guard initial.count > 0 else {
      try directory?.keep(trainer.initialState.arithmetic)
      return try prompt(initial, isClassSpecific: isClassSpecific)
    }
    if let directory { try record(trainer, in: directory) }
    let parameters =
      if let directory, directory.isFinished {
        try finalParameters(in: directory)
      } else {
        try trainer.run(
          in: directory, shouldStop: observer.shouldStop, note: observer.note, report: observer.progress)
      }
    return try prompt(parameters, isClassSpecific: isClassSpecific)
  }

  /// What stands ready before the first step.
  private struct Preparation {
    let trainer: Trainer
    /// The classes to be tested, the learned ones first.
    let selections: [ClassSelection]
    /// Zero-shot on each of them.
    let zeroShot: [Evaluation]
  }

  /// Reads all images and teachers, so that what is wrong with them is found before learning.
  private func prepare(
    _ model: PromptedCLIP, _ initial: ParameterSet, in directory: RunDirectory?, testing tested: [ClassSelection]?,
    _ observer: RunObserver
  ) throws -> Preparation {
    if let line = try preparation(model) { observer.note(line) }
    let others = tested ?? (configuration.classes == .base && !model.isClassSpecific ? [.new] : [])
    let selections = [configuration.classes] + others.filter { $0 != configuration.classes }
    let zeroShot = try selections.map { try task.evaluateZeroShot(on: backbone, $0, frozen: frozen) }
    let trainer = try trainer(of: model, from: initial)
    if initial.count > 0 {
      try describeTeachers(trainer, observer.note)
      if let note = configuration.recipe.warmupNote { observer.note(note) }
      if let sampled = configuration.sampledClasses, sampled < model.context.classNames.count {
        observer.note(
          "each step sees the classes of its images and \(sampled) others of \(model.context.classNames.count); its accuracy is "
            + "among these, tests are among all")
      }
      if let note = augmentationNote(model) { observer.note(note) }
      if directory?.isFinished != true {
        let state = try directory.flatMap { try trainer.state(in: $0) }
        if let plan = try plan(trainer, model, initial, done: state?.optimizer.stepCount ?? 0) { observer.note(plan) }
      }
      if directory != nil, configuration.validateEvery > 0, try validationSet() == nil {
        observer.note(
          "\(task.name) has no validation images: there will be no best.safetensors beside final.safetensors")
      }
    } else {
      observer.note("\(type(of: structure).name) has nothing to learn; evaluating")
    }
    return Preparation(trainer: trainer, selections: selections, zeroShot: zeroShot)
  }

  /// What it costs that images are changed at random, where their features could have been computed once; nil elsewhere.
  package func augmentationNote(_ model: PromptedCLIP) -> String? {
    guard configuration.augmentation != .none, model.takesFeatures else { return nil }
    return
      "augmentation \(configuration.augmentation.rawValue): images are changed at random, so that every step encodes its images; "
      + "with augmentation none their features are computed once and stored, and a step takes far less"
  }

  /// How long encoding many images will take, and the space of their features, where nobody would expect it.
  private func preparation(_ model: PromptedCLIP) throws -> String? {
    let training = try trainingSet()
    guard training.features == nil, model.takesFeatures, configuration.augmentation == .none,
      training.count >= (training.areFiles ? 1000 : 10_000)
    else { return nil }
    let seconds = try frozen.predictedSeconds(of: training, by: backbone)
    guard seconds > (training.areFiles ? 60 : 10) else { return nil }
    let bytes = training.count * backbone.configuration.embedDimension * MemoryLayout<Float>.stride
    return
      "\(training.count) training images are encoded first: about \(PredictedTime.text(seconds)) and \(ByteCount.text(bytes)), less for "
      + "those that the cache holds"
  }

  /// The outcome of a run whose result is there; nil where there is more to do.
  private func finished(
    in directory: RunDirectory, learns: Bool, _ model: PromptedCLIP
  ) throws -> RunOutcome? {
    // What is to be finished must have left its prompts.
    let parameters =
      learns && (directory.isFinished || directory.hasResult)
      ? try finalParameters(in: directory) : ParameterSet()
    guard let result = try RunDirectory.result(in: directory.path, of: configuration) else { return nil }
    return RunOutcome(
      prompt: try prompt(parameters, isClassSpecific: model.isClassSpecific), result: result, timing: directory.timing)
  }

  private func finalParameters(in directory: RunDirectory) throws -> ParameterSet {
    // Killed between the two, a run leaves its last checkpoint.
    defer { directory.writing { try? FileManager.default.removeItem(atPath: $0.checkpointPath) } }
    let registry = PluginRegistry(structures: [type(of: structure)])
    return try RunDirectory.finalPrompt(in: directory.path, of: configuration, registry: registry).parameters
  }

  private func record(_ trainer: Trainer, in directory: RunDirectory) throws {
    var record = try RunDirectory.record(in: directory.path)
    guard record.startDiagnostics == nil, let diagnostics = try trainer.startDiagnostics() else { return }
    record.startDiagnostics = diagnostics
    try directory.keep(record)
  }

  /// Says what the teachers know of the training images beside what the student knows: one that knows less holds it back.
  private func describeTeachers(_ trainer: Trainer, _ note: (String) -> Void) throws {
    let teachers = try trainer.frozenAccuracies()
    guard !teachers.isEmpty else { return }
    let student = try task.evaluateZeroShot(
      on: backbone, configuration.classes, images: try trainingSet().subset(trainer.comparedImages), frozen: frozen
    ).accuracy
    func percent(_ share: Double) -> String { String(format: "%.1f %%", 100 * share) }
    for (request, accuracy) in teachers.sorted(by: { "\($0.key)" < "\($1.key)" }) {
      let name = request.backbone ?? "the student's own backbone"
      let template = request.templates.map { " with \"\($0)\"" } ?? ""
      note(
        "teacher: \(name)\(template) is right on \(percent(accuracy)) of the training images, the student before learning on "
          + percent(student)
          + (accuracy <= student ? "; a teacher that knows no more pulls the student back to what it was" : ""))
    }
  }
}

extension Run {
  /// What the run in a folder learned.
  ///
  /// - Parameter best: Whether the prompt that did best on validation images is wanted, and not that after the last step.
  /// - Throws: ``Failure`` if the run is not finished, or has looked at no validation images, or a file is damaged or of another
  ///   run.
  public func learnedPrompt(in folder: String, best: Bool = false, registry: PluginRegistry) throws -> LearnedPrompt {
    guard RunDirectory.isFinished(in: folder) else {
      let initial = try initialParameters()
      guard initial.count == 0 else {
        throw Failure("the run in \(folder) is not finished: give the same rpp train command again")
      }
      _ = try RunDirectory.result(in: folder, of: configuration)
      return try prompt(initial, isClassSpecific: false)
    }
    return best
      ? try RunDirectory.bestPrompt(in: folder, of: configuration, registry: registry)
      : try RunDirectory.finalPrompt(in: folder, of: configuration, registry: registry)
  }
}
