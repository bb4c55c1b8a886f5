import Basics
import CLIPModel
import Datasets
import Foundation
import Optimization
import Tensors
import PromptLearning
import FeatureStore

/// Learns the parameters of any structure under any supervision.
///
/// Everything random comes from streams that the task and the seed name, and a state is written between steps, so that a
/// run that was stopped anywhere goes on to the same end, bit for bit.
///
/// With augmentation (``RunConfiguration/augmentation``) every step encodes its images, changed at random, for the prompted model
/// and for the frozen models that the supervision listens to. Everything that is only looked at, accuracies and terms on all
/// training images, is of the images as they are.
public struct Trainer {
  /// How far a run is.
  public struct Progress: Sendable {
    /// Steps made, and steps in all.
    public let step: Int
    /// See `step`.
    public let steps: Int
    /// The epoch of the step, counted from 0.
    public let epoch: Int
    /// The loss before the step.
    public let loss: Double
    /// The terms of the supervision before the step, and before their weights.
    public let terms: [String: Double]
    /// The metrics of an epoch that the step ended.
    public let finishedEpoch: EpochMetrics?
  }

  /// A run that was asked to stop; the same command goes on with it.
  public struct Interrupted: Error {
    /// Whether a checkpoint was written to go on from.
    public let isResumable: Bool
    /// A request to stop was followed.
    public init(isResumable: Bool) { self.isResumable = isResumable }
  }

  /// The model that prompts are learned for.
  public let model: PromptedCLIP
  /// What judges it.
  public let supervision: Supervision
  /// What decides the numbers.
  public let configuration: RunConfiguration
  private let initial: ParameterSet
  private let batches: ImageBatches
  private let order: BatchOrder
  private let validation: Evaluator?
  private let frozen: [FrozenModelRequest: FrozenModel]
  /// What steps see where images are changed at random; nil where they are seen as they are.
  private let augmented: AugmentedTraining?
  /// Pixels that are read or made ahead of the steps; nil where steps take features.
  private let ahead: PixelBatches?
  private let arithmetic: Arithmetic
  /// Where the classes of steps are drawn from.
  private let classStream: RandomStream
  private let keep: (ParameterSet, String) throws -> Void

  /// A trainer of a model on a set of images, whose labels are those of the model's classes.
  ///
  /// - Parameters:
  ///   - initial: The parameters before the first step.
  ///   - backbone: What the model's weights come from.
  ///   - frozen: Where features and decoded images come from.
  ///   - keep: Writes learned parameters to a path.
  /// - Throws: ``Failure`` if there are no images, or a teacher cannot be loaded.
  public init(
    _ model: PromptedCLIP, from initial: ParameterSet, supervision: Supervision, configuration: RunConfiguration,
    training: ImageSet, validation: ImageSet?, backbone: Backbone, frozen results: FrozenResults = FrozenResults(),
    keep: @escaping (ParameterSet, String) throws -> Void = { _, _ in }
  ) throws {
    guard training.count > 0 else { throw Failure("\(configuration.task) has no training images") }
    if configuration.sampledClasses != nil, model.isClassSpecific {
      throw Failure.usage(
        "steps cannot see a sample of the classes, because \(type(of: model.structure).name) has prompts for each of them; let all "
          + "classes share prompts, or learn with all classes in every step")
    }
    self.model = model
    self.initial = initial
    self.supervision = supervision
    self.configuration = configuration
    self.keep = keep
    batches = try ImageBatches(training, for: model, backbone: backbone, frozen: results)
    let isAugmented = configuration.augmentation != .none
    let frozen = Dictionary(
      uniqueKeysWithValues: try supervision.frozenModels.map { request in
        (
          request,
          try FrozenModel(
            request, own: backbone, student: model.context, images: training, frozen: results, isKept: isAugmented)
        )
      })
    self.frozen = frozen
    augmented =
      isAugmented
      ? AugmentedTraining(model, of: backbone, frozen: frozen, images: training, configuration: configuration) : nil
    ahead = augmented?.batches ?? batches.pixelBatches(backbone.preprocessing)
    arithmetic = results.arithmetic(of: backbone)
    classStream = RandomStream(
      purpose: "sampled-classes", task: configuration.portable.task, seed: configuration.seed)
    order = BatchOrder(
      count: training.count, batchSize: configuration.batchSize, task: configuration.portable.task,
      seed: configuration.seed)
    self.validation =
      configuration.validateEvery > 0
      ? try validation.map { try Evaluator(model, on: $0, backbone: backbone, frozen: results) } : nil
  }

  /// The state before the first step.
  public var initialState: TrainingState {
    var state = TrainingState(parameters: initial, optimizer: configuration.recipe.optimizerConfiguration)
    _ = state.arithmetic.goOn(in: arithmetic, at: 0)
    return state
  }

  /// The state in the checkpoint of a folder; nil if there is none.
  ///
  /// - Throws: ``Failure`` if the file is damaged, or of another run.
  func state(in directory: RunDirectory) throws -> TrainingState? {
    let path = directory.checkpointPath
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    let state = try TrainingState(path: path, of: configuration, like: initial)
    try requirePosition(of: state, in: path)
    return state
  }

  /// What the structure records about its start; nil where it records nothing.
  public func startDiagnostics() throws -> [String: Double]? {
    guard let structure = model.structure as? any StartDiagnostics else { return nil }
    let images = try batches.images(Array(0..<min(batches.count, 64)))
    return try structure.startDiagnostics(model.context, images: images, stream: configuration.initialStream)
  }

  /// Steps in all.
  var stepCount: Int { order.stepsPerEpoch * configuration.epochs }
  /// Images in a step.
  var batchSize: Int { order.batchSize }

  /// Seconds of a step, measured on the first two, whose results are thrown away.
  ///
  /// - Throws: what a step throws.
  func measuredStep() throws -> Double {
    var state = initialState
    let batches = order.batches(epoch: 0).prefix(2)
    var seconds = 0.0
    // The first one also encodes what is constant.
    for batch in batches { seconds = try ContinuousClock().measure { try step(&state, on: batch) } / .seconds(1) }
    return seconds
  }

  /// Training images on which models are compared before the first step: all of them, or as many at equal distances.
  var comparedImages: [Int] {
    let count = min(batches.count, 4096)
    return (0..<count).map { $0 * batches.count / count }
  }

  /// The accuracy of each frozen model that the supervision listens to on training images: all, or 4,096 of them at equal distances.
  ///
  /// - Throws: ``Failure`` naming a file of features that is damaged.
  public func frozenAccuracies() throws -> [FrozenModelRequest: Double] {
    try frozen.mapValues { frozen in
      let correct = try Self.inBatches(comparedImages).map {
        correctCount(try frozen.prediction($0).logits.value, labels(of: $0, in: nil))
      }
      return Double(correct.reduce(0, +)) / Double(comparedImages.count)
    }
  }

  /// Trains to the end, from where the directory's checkpoint stands if there is one.
  ///
  /// - Parameters:
  ///   - directory: Where checkpoints and metrics go; nil to keep everything in memory.
  ///   - shouldStop: Asked before every step.
  ///   - note: Told what a user should know of a run that goes on, a line each.
  ///   - report: Told of every step.
  /// - Returns: The parameters after the last step.
  /// - Throws: ``Interrupted``; ``Failure`` if the loss is not finite, or a file is damaged or cannot be written.
  public func run(
    in directory: RunDirectory? = nil, shouldStop: () -> Bool = { false }, note: (String) -> Void = { _ in },
    report: (Progress) -> Void = { _ in }
  ) throws -> ParameterSet {
    var state = try directory.flatMap { try self.state(in: $0) } ?? initialState
    if let line = state.arithmetic.goOn(in: arithmetic, at: state.optimizer.stepCount) { note(line) }
    if let directory {
      try directory.keep(state.arithmetic)
      if let line = try directory.keepMetrics(before: state.epoch) { note(line) }
    }
    var saving = CheckpointPace()
    while state.epoch < configuration.epochs {
      let steps = order.batches(epoch: state.epoch)
      while state.step < steps.count {
        if Ranks.anyIsTrue(shouldStop()) {
          try directory?.writing { try state.write(to: $0.checkpointPath, configuration) }
          throw Interrupted(isResumable: directory != nil)
        }
        let epoch = state.epoch
        ahead?.begin(coming(steps[state.step...], epoch).map(\.ofRank).filter { !$0.indices.isEmpty })
        let loss = try step(&state, on: steps[state.step])
        var finished: EpochMetrics?
        if state.step == steps.count { finished = try finishEpoch(&state, in: directory) }
        if let directory, saving.isDue {
          try saving.time { try directory.writing { try state.write(to: $0.checkpointPath, configuration) } }
        }
        report(
          Progress(
            step: state.optimizer.stepCount, steps: order.stepsPerEpoch * configuration.epochs, epoch: epoch,
            loss: Double(loss.sum.value.scalar), terms: loss.terms, finishedEpoch: finished))
        if finished != nil { break }
      }
    }
    try directory?.writing {
      try keep(state.parameters, $0.finalPath)
      try? FileManager.default.removeItem(atPath: $0.checkpointPath)
    }
    return state.parameters
  }

  /// Makes one step and counts what it saw; with augmentation as the images are in the state's epoch.
  ///
  /// - Returns: The loss before it.
  @discardableResult
  public func step(_ state: inout TrainingState, on indices: [Int]) throws -> Supervision.Loss {
    let sample = sample(of: indices, at: state.optimizer.stepCount)
    let stepModel = sample.map { model.restricted(to: $0.classes) } ?? model
    let seen = try seen(.init(epoch: state.epoch, indices: indices), sample)
    var (prediction, loss): (Prediction?, Supervision.Loss?)
    let found: LossAndGradients
    do {
      found = try lossAndGradients(at: state.parameters) { parameters in
        var predicted = try stepModel(seen.images, parameters: parameters)
        predicted.correction = sample?.correction
        let value = try supervision(
          SupervisionInput(prediction: predicted, labels: labels(of: indices, in: sample), frozen: seen.frozen))
        (prediction, loss) = (predicted, value)
        return value.sum
      }
    } catch let error as NonFiniteLoss {
      throw diverged("\(error) at step \(state.optimizer.stepCount) (epoch \(state.epoch))")
    }
    state.optimizer.step(
      &state.parameters, gradients: found.gradients,
      rate: Float(configuration.recipe.schedule.rate(epoch: state.epoch)))
    // Else the last step of a run could leave prompts that no next step complains of.
    guard state.parameters.names.allSatisfy({ state.parameters[$0]!.isFinite }) else {
      throw diverged("the prompts are not finite at step \(state.optimizer.stepCount) (epoch \(state.epoch))")
    }
    guard let prediction, let loss else { fatalError("the loss was computed") }
    state.step += 1
    state.epochLoss += Double(found.loss)
    state.epochTerms.merge(loss.terms, uniquingKeysWith: +)
    state.epochCorrect += correctCount(prediction.logits.value, labels(of: indices, in: sample))
    return loss
  }

  /// The terms of the supervision on all training images, before their weights.
  public func terms(at parameters: ParameterSet) throws -> [String: Double] {
    let constants = parameters.constants()
    let texts = try model.textFeatures(parameters: constants)
    var sums: [String: Double] = [:]
    for indices in evaluationBatches {
      let prediction = try model(try batches.images(indices), parameters: constants, texts: texts)
      let terms = try supervision(
        SupervisionInput(
          prediction: prediction, labels: indices.map { batches.labels[$0] },
          frozen: try frozen.mapValues { try $0.prediction(indices) })
      ).terms
      sums.merge(terms.mapValues { $0 * Double(indices.count) }, uniquingKeysWith: +)
    }
    return sums.mapValues { $0 / Double(batches.count) }
  }

  /// All training images in order, in batches.
  private var evaluationBatches: [[Int]] {
    Self.inBatches(Array(0..<batches.count))
  }

  /// Places of images, so many together as logits of all classes are computed of at once.
  private static func inBatches(_ places: [Int]) -> [[Int]] {
    stride(from: 0, to: places.count, by: 64).map { Array(places[$0..<min($0 + 64, places.count)]) }
  }

  /// The classes that a step sees; nil for all.
  private func sample(of indices: [Int], at step: Int) -> ClassSample? {
    configuration.sampledClasses.map { others in
      var stream = classStream.substream(step)
      return ClassSample(
        labels: labels(of: indices, in: nil), others: others, of: model.context.classNames.count, from: &stream)
    }
  }

  /// The labels of images among the classes of a sample.
  private func labels(of indices: [Int], in sample: ClassSample?) -> [Int] {
    let labels = indices.map { batches.labels[$0] }
    return sample?.places(of: labels) ?? labels
  }

  /// How many images have their largest logit, of `[images, classes]`, at their label.
  private func correctCount(_ logits: Tensor, _ labels: [Int]) -> Int {
    labels.enumerated().count { row, label in logits.rows(row..<row + 1).elements.largestIndex == label }
  }

  /// The next step's images and those of the steps behind it, as far as it is worth to begin with them.
  private func coming(_ steps: ArraySlice<[Int]>, _ epoch: Int) -> [PixelBatches.Batch] {
    let count = 1 + PixelBatches.depth(batchSize: order.batchSize)
    let batches = steps.prefix(count).map { PixelBatches.Batch(epoch: epoch, indices: $0) }
    guard batches.count < count, epoch + 1 < configuration.epochs else { return batches }
    return batches
      + order.batches(epoch: epoch + 1).prefix(count - batches.count).map { .init(epoch: epoch + 1, indices: $0) }
  }

  /// A step's images as the model takes them, and what the frozen models say of them.
  private func seen(
    _ batch: PixelBatches.Batch, _ sample: ClassSample?
  ) throws -> (images: PromptedCLIP.Images, frozen: [FrozenModelRequest: Prediction]) {
    if let augmented { return try augmented.seen(batch, sample) }
    let images = try ahead.map { ahead in
      try PromptedCLIP.Images.ofRanks(batch.indices) { try ahead.pixels(.init(epoch: batch.epoch, indices: $0))[0] }
    }
    return (
      try images ?? batches.images(batch.indices), try frozen.mapValues { try $0.prediction(batch.indices, of: sample) }
    )
  }

  private func diverged(_ what: String) -> Failure {
    .notFinite(
      "\(what): the learning rate \(configuration.learningRate) is likely too high for "
        + "\(configuration.optimizer.rawValue); try a tenth of it")
  }

  /// - Throws: ``Failure`` if a run of this configuration cannot stand where the state does.
  private func requirePosition(of state: TrainingState, in path: String) throws {
    guard (0...configuration.epochs).contains(state.epoch), (0..<order.stepsPerEpoch).contains(state.step),
      state.optimizer.stepCount == state.epoch * order.stepsPerEpoch + state.step,
      state.epochCorrect <= state.step * order.batchSize
    else {
      throw Failure(
        "\(path) is of another run: it stands at step \(state.step) of epoch \(state.epoch) with "
          + "\(state.optimizer.stepCount) steps made and \(state.epochCorrect) images correct, and a run of this configuration "
          + "has \(configuration.epochs) epochs of \(order.stepsPerEpoch) steps of \(order.batchSize) images")
    }
  }

  private func finishEpoch(_ state: inout TrainingState, in directory: RunDirectory?) throws -> EpochMetrics {
    let epoch = state.epoch
    var accuracy: Double?
    if let validation, (epoch + 1) % configuration.validateEvery == 0 || epoch + 1 == configuration.epochs {
      accuracy = try validation(state.parameters).accuracy
    }
    let metrics = EpochMetrics(
      epoch: epoch, step: state.optimizer.stepCount, learningRate: configuration.recipe.schedule.rate(epoch: epoch),
      loss: state.epochLoss / Double(state.step), terms: state.epochTerms.mapValues { $0 / Double(state.step) },
      accuracy: Double(state.epochCorrect) / Double(state.step * order.batchSize), validationAccuracy: accuracy)
    (state.epoch, state.step, state.epochLoss, state.epochTerms, state.epochCorrect) = (epoch + 1, 0, 0, [:], 0)
    if let accuracy, accuracy > state.bestAccuracy ?? -1 {
      state.bestAccuracy = accuracy
      try directory?.writing { try keep(state.parameters, $0.bestPath) }
    }
    try directory?.append(metrics)
    return metrics
  }
}

/// When a checkpoint is due: every two seconds, or less often where writing one takes long.
private struct CheckpointPace {
  private var next = Date().addingTimeInterval(2)

  var isDue: Bool { Date() >= next }

  mutating func time(_ write: () throws -> Void) rethrows {
    let start = Date()
    try write()
    next = Date().addingTimeInterval(max(2, 20 * Date().timeIntervalSince(start)))
  }
}
