import Basics
import Datasets

/// One run of a study: everything that its lists decide. What they do not decide, the backbone and the recipe, is the study's.
public struct Cell: Codable, Hashable, Sendable {
  /// Where learning starts.
  public indirect enum Start: Codable, Hashable, Sendable {
    /// Where the structure itself starts.
    case usual
    /// The prompt that another cell of the study learned.
    case pretrained(Cell)
  }

  /// The task that is learned on, as `world:shapes@sketch`.
  public var task: String
  /// Which of its classes are learned.
  public var classes: ClassSelection
  /// Training images of each class; nil for all there are.
  public var shots: Int?
  /// The structure as it was given, as `coop:contextLength=4`.
  public var structure: String
  /// The supervision as it was given.
  public var supervision: String
  /// The seed of shots, initial prompts and order.
  public var seed: UInt64
  /// Passes over the training images; nil for the recipe's.
  public var epochs: Int?
  /// Classes that a step sees beside those of its images; nil for all, or what the study's recipe says.
  public var sampledClasses: Int?
  /// Where learning starts.
  public var start: Start

  /// A cell of the given parts.
  public init(
    task: String, classes: ClassSelection, shots: Int?, structure: String, supervision: String, seed: UInt64,
    epochs: Int? = nil, sampledClasses: Int? = nil, start: Start = .usual
  ) {
    self.task = task
    self.classes = classes
    self.shots = shots
    self.structure = structure
    self.supervision = supervision
    self.seed = seed
    self.epochs = epochs
    self.sampledClasses = sampledClasses
    self.start = start
  }

  /// What judges the cell: the supervision, and how many classes it sees where that is not all, as
  /// `hard-label+sampled-classes:100`.
  var judgement: String { supervision + (sampledClasses.map { "+sampled-classes:\($0)" } ?? "") }

  /// The same with another seed, there too where learning starts.
  func with(seed: UInt64) -> Cell {
    var cell = self
    cell.seed = seed
    if case .pretrained(let start) = start { cell.start = .pretrained(start.with(seed: seed)) }
    return cell
  }
}

/// Test images that a cell's prompt is tested on.
public struct CellTest: Codable, Hashable, Sendable {
  /// The task whose test images they are.
  public var task: String
  /// Which of its classes are told apart.
  public var classes: ClassSelection

  /// A test of the given parts.
  public init(task: String, classes: ClassSelection) {
    self.task = task
    self.classes = classes
  }
}
