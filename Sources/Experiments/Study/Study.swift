import Basics
import CLIPModel
import Datasets
import FeatureStore
import Foundation
import PromptLearning
import Training

/// A comparison: the runs that a protocol makes of lists of tasks, structures, supervisions, shots and seeds, all on one backbone
/// with one recipe.
///
/// ```swift
/// let grid = Grid(
///   tasks: ["world:shapes@sketch"], structures: ["coop:contextLength=4", "sapl:initialization=warm"],
///   supervisions: ["hard-label"], seeds: [1, 2, 3])
/// let study = try Study(BaseToNew(), [grid], registry: StudyRegistry(plugins: .standard))
/// let results = try study.run(in: "studies/first")  // the same line goes on after a stop
/// ```
public struct Study: Sendable {
  /// What is the same for all cells of a study's folder.
  public struct Setting: Codable, Equatable, Sendable {
    /// The protocol's name.
    public var protocolName: String
    /// The backbone as it was named, a path made whole.
    public var backbone: String
    /// The checksum of its weights.
    public var backboneChecksum: String
    /// How the model multiplies by them; nil for 32 bits.
    public var precision: Precision?
    /// What was chosen of the recipe.
    public var recipe: RecipeChoice
    /// See ``RunConfiguration/activationMemory``.
    public var activationMemory: Double?
    /// Learning rates that are tried on validation images for each structure, supervision and task; nil where none are.
    public var tune: Int?
  }

  /// A cell with everything that its texts name.
  struct ResolvedCell: Sendable {
    let planned: PlannedCell
    let task: any ClassificationTask
    let structure: any PromptStructure
    let supervision: Supervision
    /// The name of its folder, which follows from everything that decides its numbers.
    let id: String
    /// The ``id`` of the cell whose prompt it starts from.
    let start: String?
    /// The same for all cells that differ in their seed alone.
    let family: String

    var cell: Cell { planned.cell }
  }

  /// What is the same for all cells.
  public let setting: Setting
  /// The lists, in the order in which they were asked for.
  public let grids: [Grid]
  let registry: StudyRegistry
  let backbone: Backbone
  let tasks: [String: any ClassificationTask]
  let frozen: FrozenResults
  /// Every cell once, those that others start from before them.
  let cells: [ResolvedCell]
  /// Every baseline on everything that cells learn on from their usual start.
  let baselineCells: [BaselineCell]
  /// The searches of learning rates, by ``ResolvedCell/family``; none where none are searched.
  private(set) var tuningGroups: [String: TuningGroup] = [:]

  /// How many learning rates can be tried.
  public static let tuneLimit = Limit(0...1000, "a whole number from 0 to 1000")

  /// A study of the given parts.
  ///
  /// - Parameters:
  ///   - grids: Its lists; a run that several of them ask for is one run.
  ///   - backbone: What prompts are learned on; nil for the embedded student.
  ///   - recipe: What was chosen of the recipe; epochs may be left to the grid's.
  ///   - tune: Learning rates to try for each structure, supervision and task, with the first seed, on validation images; 0 to
  ///     take the recipe's as it is. They are spread by equal factors from a tenth to ten times the recipe's, so that an odd
  ///     number includes the recipe's own, and 1 is that alone.
  ///   - registry: What names can mean.
  ///   - frozen: Where features and decoded images come from.
  /// - Throws: a usage ``Failure`` of all mistakes in the lists, a line each; of a task without validation images where they are
  ///   needed.
  public init(
    _ studyProtocol: any StudyProtocol, _ grids: [Grid], backbone: Backbone? = nil,
    recipe: RecipeChoice = RecipeChoice(),
    activationMemory: Double? = nil, tune: Int = 0, registry: StudyRegistry, frozen: FrozenResults = FrozenResults()
  ) throws {
    if let mistake = Self.tuneLimit.mistake("tune", tune) { throw Failure.usage(mistake) }
    let backbone = try backbone ?? Backbone(named: "embedded:student")
    try self.init(
      Setting(
        protocolName: type(of: studyProtocol).name, backbone: Run.withWholePath(backbone.name),
        backboneChecksum: backbone.checksum, precision: backbone.precision == .fp32 ? nil : backbone.precision,
        recipe: recipe, activationMemory: activationMemory,
        tune: tune == 0 ? nil : tune),
      grids, backbone: backbone, registry: registry, frozen: frozen)
  }

  init(
    _ setting: Setting, _ grids: [Grid], backbone: Backbone, registry: StudyRegistry, frozen: FrozenResults
  ) throws {
    self.setting = setting
    self.grids = grids
    self.registry = registry
    self.backbone = backbone
    self.frozen = frozen
    let studyProtocol = try registry.studyProtocol(named: setting.protocolName)
    var mistakes = Mistakes()
    var tasks: [String: any ClassificationTask] = [:]
    for grid in grids {
      for (list, count) in [
        ("tasks", grid.tasks.count), ("structures", grid.structures.count), ("supervisions", grid.supervisions.count),
        ("shots", grid.shots.count), ("seeds", grid.seeds.count), ("epochs", grid.epochs.count),
        ("numbers of sampled classes", grid.sampledClasses.count),
      ] where count == 0 { mistakes.add("no \(list) are given") }
      for name in grid.tasks + (grid.source.map { [$0] } ?? []) where tasks[name] == nil {
        tasks[name] = try mistakes.attempt { try registry.tasks.task(named: name) }
      }
      for text in grid.structures { _ = try mistakes.attempt { try registry.plugins.structure(text) } }
      for text in grid.supervisions { _ = try mistakes.attempt { try registry.plugins.supervision(text) } }
      for name in grid.baselines { _ = try mistakes.attempt { try registry.baseline(named: name) } }
    }
    try mistakes.check()
    self.tasks = tasks

    var cells: [ResolvedCell] = []
    var places: [String: Int] = [:]
    var baselineCells = BaselineCells()
    for grid in grids {
      let grid = try mistakes.attempt { try grid.withEqualParameters(on: backbone, tasks: tasks, registry.plugins) }
      guard let grid else { continue }
      let planned = try studyProtocol.cells(of: grid, tasks: tasks)
      try baselineCells.add(grid.baselines, beside: planned, tasks: tasks)
      for planned in planned {
        let resolved = try Self.resolved(planned, tasks: tasks, registry)
        guard let place = places[resolved.id] else {
          places[resolved.id] = cells.count
          cells.append(resolved)
          continue
        }
        // Of two lists, or written in two ways: the same run.
        let more = planned.tests.filter { !cells[place].planned.tests.contains($0) }
        guard !more.isEmpty else { continue }
        cells[place] = try Self.resolved(
          PlannedCell(cells[place].cell, tests: cells[place].planned.tests + more), tasks: tasks, registry)
      }
    }
    self.cells = cells
    self.baselineCells = baselineCells.cells
    // What does not fit the backbone is found now, and not after hours.
    var checked: Set<String> = []
    for cell in cells where cell.start == nil {
      let parts = "\(cell.cell.task) \(cell.cell.classes) \(cell.cell.structure) \(cell.cell.supervision)"
      guard checked.insert(parts).inserted else { continue }
      _ = try mistakes.attempt {
        let run = try run(cell, start: nil)
        let model = try run.model(try run.initialParameters())
        if !model.takesFeatures || run.configuration.augmentation != .none { try run.trainingSet().requireImages() }
      }
    }
    try mistakes.check()
    tuningGroups = try searches()
  }

  private static func resolved(
    _ planned: PlannedCell, tasks: [String: any ClassificationTask], _ registry: StudyRegistry
  ) throws -> ResolvedCell {
    let cell = planned.cell
    let structure = try registry.plugins.structure(cell.structure)
    let supervision = try registry.plugins.supervision(cell.supervision)
    var (start, family): (String?, String?)
    let seedless = cell.with(seed: 0)
    if cell != seedless {
      family = try resolved(PlannedCell(seedless, tests: []), tasks: tasks, registry).id
    }
    if case .pretrained(let pretrained) = cell.start {
      start = try resolved(PlannedCell(pretrained, tests: []), tasks: tasks, registry).id
    }
    var decides = cell
    (decides.task, decides.start) = (TaskRegistry.portable(registry.tasks.resolved(cell.task)), .usual)
    (decides.structure, decides.supervision) = (structure.specification.text, supervision.text)
    let hash = ContentHash(of: try JSONText.encode(decides) + (start ?? "")).digits.prefix(12)
    let words = [
      decides.task, type(of: structure).name, cell.shots.map { "\($0)-shots" } ?? "all-images", "seed-\(cell.seed)",
      String(hash),
    ]
    let id = words.joined(separator: "_").map {
      $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) ? $0 : "-"
    }
    return ResolvedCell(
      planned: planned, task: tasks[cell.task]!, structure: structure, supervision: supervision, id: String(id),
      start: start, family: family ?? String(id))
  }

  /// The same with other lists. In every process the lists of a folder are in the same order, by which the first seed of a search
  /// is the same.
  func with(_ grids: [Grid]) throws -> Study {
    grids == self.grids
      ? self : try Study(setting, grids, backbone: backbone, registry: registry, frozen: frozen)
  }

  /// How many runs the study has.
  public var runCount: Int { cells.count }

  /// The run of a cell.
  ///
  /// - Parameter learningRate: nil for the recipe's.
  func run(_ cell: ResolvedCell, start: LearnedPrompt?, learningRate: Double? = nil) throws -> Run {
    var recipe = setting.recipe
    if let learningRate { recipe.learningRate = learningRate }
    if let epochs = cell.cell.epochs { recipe.epochs = epochs }
    if let sampled = cell.cell.sampledClasses { recipe.sampledClasses = sampled }
    return try Run(
      task: cell.task, backbone: backbone, structure: cell.structure, supervision: cell.supervision,
      classes: cell.cell.classes, shots: cell.cell.shots.map(Shots.perClass) ?? .all, seed: cell.cell.seed,
      recipe: recipe, validateEvery: 0, activationMemory: setting.activationMemory, start: start,
      tasks: registry.tasks, frozen: frozen)
  }

  /// The frozen models that supervisions of the study listen to, in the order of the lists.
  var teachers: [FrozenModelRequest] {
    var seen: Set<FrozenModelRequest> = []
    return cells.flatMap { $0.supervision.terms.flatMap(\.term.frozenModels) }.filter { seen.insert($0).inserted }
  }
}
