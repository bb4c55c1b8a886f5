import Basics
import CLIP
import Datasets
import Optimization
import Tensors

/// A configuration with everything that it names: the task, the backbone, the plugins.
public struct PreparedRun: Sendable {
  /// What decides the numbers.
  public internal(set) var configuration: RunConfiguration
  /// The task.
  public let task: any ClassificationTask
  /// The frozen model.
  public let backbone: Backbone
  /// Where prompts go.
  public let structure: any PromptStructure
  /// What judges them.
  public let supervision: Supervision
  /// Where features and decoded images come from; no number depends on it.
  public let frozen: FrozenResults

  /// Loads what a run in a folder was made of.
  ///
  /// - Throws: ``Failure`` if something is not there any more, or the backbone is another one.
  public init(
    _ configuration: RunConfiguration, registry: PluginRegistry, tasks: TaskRegistry = .standard,
    frozen: FrozenResults = FrozenResults()
  ) throws {
    self.init(
      configuration, task: try tasks.task(named: configuration.task),
      backbone: try Backbone(named: configuration.backbone),
      structure: try registry.structure(configuration.structure),
      supervision: try registry.supervision(configuration.supervision), frozen: frozen)
    guard task.classNames == configuration.classNames else {
      throw Failure(
        "the classes of \(task.name) are not those of the run any more: there are \(task.classNames.joined(separator: ", ")), "
          + "the run has \(configuration.classNames.joined(separator: ", "))")
    }
    guard backbone.checksum == configuration.backboneChecksum else {
      throw Failure(
        "the backbone \(configuration.backbone) is not the one that the prompts were learned on: its weights' checksum is "
          + "\(backbone.checksum), the run's \(configuration.backboneChecksum)")
    }
  }

  /// A configuration whose parts are at hand.
  public init(
    _ configuration: RunConfiguration, task: any ClassificationTask, backbone: Backbone,
    structure: any PromptStructure, supervision: Supervision, frozen: FrozenResults = FrozenResults()
  ) {
    self.configuration = configuration
    self.task = task
    self.backbone = backbone
    self.structure = structure
    self.supervision = supervision
    self.frozen = frozen
  }

  /// The names of the selected classes.
  ///
  /// - Throws: a usage ``Failure`` if there are none.
  public func classNames(_ selection: ClassSelection) throws -> [String] {
    let names = Array(task.classNames[selection.labels(of: task.classNames.count)])
    guard !names.isEmpty else {
      throw Failure.usage("\(task.name) has \(task.classNames.count) classes, so none are \(selection.rawValue)")
    }
    return names
  }

  /// The model with the run's structure, or another one, for the selected classes.
  ///
  /// - Throws: a usage ``Failure`` if there are no such classes, or the structure's parameters belong to other ones.
  public func model(_ selection: ClassSelection, structure other: (any PromptStructure)? = nil) throws -> PromptedCLIP {
    let structure = other ?? structure
    guard !structure.isClassSpecific || selection == configuration.classes else {
      throw Failure.usage(
        "the prompts were learned for each of the \(configuration.classes.rawValue) classes and say nothing of the "
          + "\(selection.rawValue) classes; use --classes \(configuration.classes.rawValue)")
    }
    var model = backbone.model
    model.activationLimit = configuration.activationLimit
    return PromptedCLIP(
      model: model, structure: structure,
      context: try PromptContext(
        backbone: backbone, classNames: try classNames(selection), template: task.template,
        sampleImages: sampleImages))
  }

  /// Images that prompts may start from: up to 64 of the run's training images.
  private var sampleImages: @Sendable () throws -> Tensor {
    {
      let set = try trainingSet()
      return try set.tensor(Array(0..<min(64, set.count)), preprocessing: backbone.preprocessing)
    }
  }

  /// The training images of the run.
  public func trainingSet() throws -> ImageSet {
    restricted(
      try task.trainingSet(
        configuration.trainingImages, labels: configuration.classes.labels(of: task.classNames.count),
        seed: configuration.seed),
      to: configuration.classes)
  }

  /// The state before the first step.
  ///
  /// - Throws: a usage ``Failure`` where the structure's options do not fit the backbone or the classes.
  public func initialState(_ context: PromptContext) throws -> TrainingState {
    var stream = configuration.initialStream
    return TrainingState(
      parameters: ParameterSet(try structure.initialParameters(context, from: &stream)),
      optimizer: configuration.optimizer.configuration)
  }

  /// What trains the run.
  public func trainer() throws -> Trainer {
    let validation = configuration.validateEvery > 0 ? try task.validationSet(seed: configuration.seed) : nil
    return try Trainer(
      try model(configuration.classes), supervision: supervision, configuration: configuration,
      training: try trainingSet(), validation: validation.map { restricted($0, to: configuration.classes) },
      backbone: backbone, frozen: frozen)
  }

  /// How well parameters do on the test images of the selected classes.
  ///
  /// - Parameters:
  ///   - structure: Another structure than the run's.
  ///   - each: Told of every image.
  /// - Throws: a usage ``Failure`` if the parameters belong to other classes; what `each` throws.
  public func evaluate(
    _ parameters: ParameterSet, on selection: ClassSelection, structure other: (any PromptStructure)? = nil,
    each: (EvaluatedImage) throws -> Void = { _ in }
  ) throws -> Evaluation {
    try evaluate(
      parameters, on: restricted(try task.testSet(), to: selection), model: try model(selection, structure: other),
      each: each)
  }

  /// How well parameters do on the run's own training images.
  public func evaluateOnTrainingSet(_ parameters: ParameterSet) throws -> Evaluation {
    try evaluate(parameters, on: try trainingSet(), model: try model(configuration.classes))
  }

  private func evaluate(
    _ parameters: ParameterSet, on set: ImageSet, model: PromptedCLIP,
    each: (EvaluatedImage) throws -> Void = { _ in }
  ) throws -> Evaluation {
    try Evaluator(model, on: set, backbone: backbone, frozen: frozen)(parameters, each: each)
  }

  private func restricted(_ set: ImageSet, to selection: ClassSelection) -> ImageSet {
    set.restricted(to: selection.labels(of: task.classNames.count))
  }
}
