import Basics
import CLIPModel
import Datasets
import Foundation
import Optimization
import Tensors
import PromptLearning
import FeatureStore

/// A run: a task, a backbone, a structure, a supervision, a recipe and a seed. It resolves defaults, trains or goes on in a
/// folder, and evaluates.
///
/// ```swift
/// let run = try Run(
///   task: TaskRegistry.standard.task(named: "world:shapes@sketch"), backbone: Backbone(named: "embedded:student"),
///   structure: CoOp { $0.contextLength = 4 }, supervision: HardLabel() + SoftLabelKD(), shots: .perClass(16))
/// let outcome = try run.train(in: "runs/first")  // the same line goes on with it after a stop
/// print(outcome.result.test.accuracy)
/// ```
public struct Run: Sendable {
  /// What decides the numbers.
  public internal(set) var configuration: RunConfiguration
  /// For each setting of the recipe where it came from: `card`, `published`, `option`, or what a command line knows better.
  public var sources: [String: String]
  /// The task.
  public let task: any ClassificationTask
  /// The frozen model.
  public let backbone: Backbone
  /// Where prompts go.
  public let structure: any PromptStructure
  /// What judges them.
  public let supervision: Supervision
  /// What training starts from; nil for the structure's own start.
  public let start: LearnedPrompt?
  /// Where features and decoded images come from; no number depends on it.
  public let frozen: FrozenResults

  /// A run of the given parts; what is not given follows from them.
  ///
  /// - Parameters:
  ///   - classes: Which of the task's classes are learned.
  ///   - shots: Training images; nil for the task's ``ClassificationTask/defaultShots``.
  ///   - recipe: What was chosen of the recipe; the rest comes from the backbone's card or the published code.
  ///   - validateEvery: Epochs from one look at validation images to the next, 0 for none; nil for a tenth of all epochs.
  ///   - activationMemory: See ``RunConfiguration/activationMemory``.
  ///   - start: A learned prompt of the same method to start from.
  ///   - tasks: The sources that the task's name is looked up in when the run is read again.
  ///   - frozen: Where features and decoded images come from.
  /// - Throws: a usage ``Failure`` for a setting that is not what it can be, or a start of another method.
  public init(
    task: any ClassificationTask, backbone: Backbone, structure: any PromptStructure, supervision: Supervision,
    classes: ClassSelection = .all, shots: Shots? = nil, seed: UInt64 = 1, recipe: RecipeChoice = RecipeChoice(),
    validateEvery: Int? = nil, activationMemory: Double? = nil, start: LearnedPrompt? = nil,
    tasks: TaskRegistry = .standard, frozen: FrozenResults = FrozenResults()
  ) throws {
    let shots = shots ?? task.defaultShots
    let (resolved, sources) = try recipe.resolved(for: structure, on: backbone, shots)
    let standardMemory = RunConfiguration.standardActivationMemory
    var configuration = RunConfiguration(
      task: tasks.resolved(task.name), classNames: task.classNames, classes: classes, shots: nil, seed: seed,
      backbone: Self.withWholePath(backbone.name), backboneChecksum: backbone.checksum,
      structure: structure.specification.text, supervision: supervision.text, recipe: resolved,
      validateEvery: validateEvery ?? max(1, resolved.epochs / 10),
      // Named or not, it is the same run.
      activationMemory: activationMemory == standardMemory ? nil : activationMemory,
      start: start?.digest)
    configuration.trainingImages = shots
    configuration.precision = backbone.precision == .fp32 ? nil : backbone.precision
    guard configuration.mistakes.isEmpty else {
      throw Failure.usage(configuration.mistakes.joined(separator: "\n"))
    }
    if let start { try Self.require(start, fits: structure) }
    self.init(
      configuration, sources: sources, task: task, backbone: backbone, structure: structure, supervision: supervision,
      start: start, frozen: frozen)
  }

  /// The run in a folder, begun or finished, with all that its record names.
  ///
  /// - Throws: ``Failure`` if there is none, or something is not there any more, or is another one.
  public init(
    in folder: String, registry: PluginRegistry, tasks: TaskRegistry = .standard,
    frozen: FrozenResults = FrozenResults()
  ) throws {
    let record = try RunDirectory.record(in: folder)
    let configuration = record.configuration
    do {
      self.init(
        configuration, sources: record.sources, task: try tasks.orRoot(record.dataRoot).task(named: configuration.task),
        backbone: try Backbone(named: configuration.backbone).requiring(configuration.precision ?? .fp32),
        structure: try registry.structure(configuration.structure),
        supervision: try registry.supervision(configuration.supervision), start: nil, frozen: frozen)
    } catch let failure as Failure where failure.kind == .usage {
      // It was not the user of this command who named them.
      let lines = failure.description.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
      let program = record.program.flatMap { $0 == ProcessInfo.processInfo.processName ? nil : $0 }
      throw Failure(
        "\(folder)/run.json: \(lines.joined(separator: " "))"
          + (program.map { "; the run was made by another program, \($0)" } ?? ""))
    }
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

  init(
    _ configuration: RunConfiguration, sources: [String: String], task: any ClassificationTask, backbone: Backbone,
    structure: any PromptStructure, supervision: Supervision, start: LearnedPrompt?, frozen: FrozenResults
  ) {
    self.configuration = configuration
    self.sources = sources
    self.task = task
    self.backbone = backbone
    self.structure = structure
    self.supervision = supervision
    self.start = start
    self.frozen = frozen
  }

  /// The name of a backbone that is a path, made independent of where the program runs.
  package static func withWholePath(_ name: String) -> String {
    FileManager.default.fileExists(atPath: name) ? Folder.wholePath(name) : name
  }

  /// - Throws: a usage ``Failure`` naming what differs between the method of a start and that of the run.
  private static func require(_ start: LearnedPrompt, fits structure: any PromptStructure) throws {
    let (theirs, ours) = (start.structure.specification, structure.specification)
    guard theirs.name == ours.name else {
      throw Failure.usage("the prompts to start from are of the structure \(theirs.name), the run has \(ours.name)")
    }
    let differences = zip(theirs.options, ours.options).filter { $0.0 != $0.1 }.map {
      "\($0.0.name) is \($0.0.value) there, \($0.1.value) here"
    }
    guard differences.isEmpty else {
      throw Failure.usage(
        "the prompts to start from are of \(ours.name) with other options: \(differences.joined(separator: "; "))")
    }
  }

  // MARK: What belongs to the run

  /// The names of the selected classes.
  ///
  /// - Throws: a usage ``Failure`` if there are none.
  public func classNames(_ selection: ClassSelection) throws -> [String] { try task.classNames(selection) }

  /// The training images.
  public func trainingSet() throws -> ImageSet {
    let labels = configuration.classes.labels(of: task.classNames.count)
    return try task.trainingSet(configuration.trainingImages, labels: labels, seed: configuration.seed)
      .restricted(to: labels)
  }

  /// The validation images of the learned classes; nil if the task has none.
  func validationSet() throws -> ImageSet? {
    try task.validationSet(configuration.trainingImages, seed: configuration.seed)?
      .restricted(to: configuration.classes.labels(of: task.classNames.count))
  }

  /// What the structure may ask of the frozen model and the learned classes.
  public func context() throws -> PromptContext {
    try PromptContext(
      backbone: backbone, classNames: try classNames(configuration.classes), template: task.template,
      domainTemplate: task.domainTemplate, sampleImages: sampleImages)
  }

  /// Images that prompts may start from: up to 64 of the training images.
  private var sampleImages: @Sendable () throws -> Tensor {
    {
      let set = try trainingSet()
      return try set.tensor(Array(0..<min(64, set.count)), preprocessing: backbone.preprocessing)
    }
  }

  /// The parameters before the first step.
  ///
  /// - Throws: a usage ``Failure`` where the structure's options do not fit the backbone or the classes.
  public func initialParameters() throws -> ParameterSet {
    if let start {
      _ = try start.model(
        on: backbone, classNames: try classNames(configuration.classes), template: task.template,
        domainTemplate: task.domainTemplate)
      return start.parameters
    }
    var stream = configuration.initialStream
    return try structure.initialParameterSet(try context(), from: &stream)
  }

  /// The model of the learned classes.
  ///
  /// - Parameter parameters: Their shapes count.
  /// - Throws: a usage ``Failure`` where the structure's prompts do not fit the backbone or the classes.
  public func model(_ parameters: ParameterSet) throws -> PromptedCLIP {
    var model = backbone.model
    model.activationLimit = configuration.activationLimit
    return try PromptedCLIP(model: model, structure: structure, context: try context(), parameters: parameters)
  }

  /// Parameters as a prompt that stands for itself.
  func prompt(_ parameters: ParameterSet, isClassSpecific: Bool) throws -> LearnedPrompt {
    LearnedPrompt(
      structure: structure, parameters: parameters, backbone: configuration.portable.backbone,
      backboneChecksum: backbone.checksum,
      classNames: isClassSpecific ? try classNames(configuration.classes) : nil, run: configuration.digests)
  }

  /// What trains the run.
  ///
  /// - Parameter initial: The parameters before the first step.
  public func trainer(from initial: ParameterSet) throws -> Trainer {
    try trainer(of: try model(initial), from: initial)
  }

  func trainer(of model: PromptedCLIP, from initial: ParameterSet) throws -> Trainer {
    let validation = configuration.validateEvery > 0 ? try validationSet() : nil
    let isClassSpecific = model.isClassSpecific
    return try Trainer(
      model, from: initial, supervision: supervision, configuration: configuration, training: try trainingSet(),
      validation: validation, backbone: backbone, frozen: frozen
    ) { parameters, path in try prompt(parameters, isClassSpecific: isClassSpecific).write(to: path) }
  }
}

extension ClassificationTask {
  /// The names of the selected classes.
  ///
  /// - Throws: a usage ``Failure`` if there are none.
  public func classNames(_ selection: ClassSelection) throws -> [String] {
    let names = Array(classNames[selection.labels(of: classNames.count)])
    guard !names.isEmpty else {
      throw Failure.usage("\(name) has \(classNames.count) classes, so none are \(selection.rawValue)")
    }
    return names
  }
}
