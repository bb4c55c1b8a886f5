import Basics
import Datasets

/// The lists of a study; a ``StudyProtocol`` makes cells of them.
public struct Grid: Codable, Equatable, Sendable {
  /// The tasks, as `world:shapes@sketch`.
  public var tasks: [String]
  /// The task that is learned on, where the protocol learns on one and tests on others.
  public var source: String?
  /// The structures, as `coop:contextLength=4`.
  public var structures: [String]
  /// The supervisions, as `hard-label+soft-label-kd:weight=2`.
  public var supervisions: [String]
  /// Training images of each class; nil for all there are.
  public var shots: [Int?]
  /// The seeds.
  public var seeds: [UInt64]
  /// Passes over the training images; nil for the recipe's.
  public var epochs: [Int?]
  /// Classes that a step sees beside those of its images; nil for all.
  public var sampledClasses: [Int?]
  /// Where the protocol has few-shot learning after pretraining: training images of each class there.
  public var fewShots: [Int]
  /// The ``Baseline``s beside the prompts, as `linear-probe`.
  public var baselines: [String]
  /// Whether every structure that learns something unshared has its shared counterpart of about as many parameters beside it,
  /// see ``HasSharedCounterpart``.
  public var addsEqualParameters: Bool

  /// The given lists.
  public init(
    tasks: [String], source: String? = nil, structures: [String], supervisions: [String], shots: [Int?] = [16],
    seeds: [UInt64] = [1, 2, 3], epochs: [Int?] = [nil], sampledClasses: [Int?] = [nil], fewShots: [Int] = [],
    baselines: [String] = [],
    addsEqualParameters: Bool = false
  ) {
    self.tasks = tasks
    self.source = source
    self.structures = structures
    self.supervisions = supervisions
    self.shots = shots
    self.seeds = seeds
    self.epochs = epochs
    self.sampledClasses = sampledClasses
    self.fewShots = fewShots
    self.baselines = baselines
    self.addsEqualParameters = addsEqualParameters
  }

  /// Files that were written before there were ``addsEqualParameters`` and ``sampledClasses`` do not have them.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    tasks = try container.decode([String].self, forKey: .tasks)
    source = try container.decodeIfPresent(String.self, forKey: .source)
    structures = try container.decode([String].self, forKey: .structures)
    supervisions = try container.decode([String].self, forKey: .supervisions)
    shots = try container.decode([Int?].self, forKey: .shots)
    seeds = try container.decode([UInt64].self, forKey: .seeds)
    epochs = try container.decode([Int?].self, forKey: .epochs)
    sampledClasses = try container.decodeIfPresent([Int?].self, forKey: .sampledClasses) ?? [nil]
    fewShots = try container.decode([Int].self, forKey: .fewShots)
    baselines = try container.decode([String].self, forKey: .baselines)
    addsEqualParameters = try container.decodeIfPresent(Bool.self, forKey: .addsEqualParameters) ?? false
  }

  /// A cell of every structure, supervision, seed and number of shots, epochs and sampled classes, on a task.
  public func cells(on task: String, _ classes: ClassSelection, tests: [CellTest]) -> [PlannedCell] {
    product(shots, epochs).flatMap { shots, epochs in
      product(methods, sampledClasses).flatMap { method, sampledClasses in
        seeds.map { seed in
          PlannedCell(
            Cell(
              task: task, classes: classes, shots: shots, structure: method.structure,
              supervision: method.supervision, seed: seed, epochs: epochs, sampledClasses: sampledClasses),
            tests: tests)
        }
      }
    }
  }

  /// Every structure under every supervision.
  var methods: [(structure: String, supervision: String)] {
    product(structures, supervisions).map { (structure: $0, supervision: $1) }
  }

  /// The task to learn on.
  ///
  /// - Throws: a usage ``Failure`` if none is named.
  func requireSource(_ protocolName: String, example: String) throws -> String {
    guard let source, !source.isEmpty else {
      throw Failure.usage("\(protocolName) learns on one task and tests on others: name it, as in --source \(example)")
    }
    return source
  }

  private func product<First, Second>(_ first: [First], _ second: [Second]) -> [(First, Second)] {
    first.flatMap { one in second.map { (one, $0) } }
  }
}
