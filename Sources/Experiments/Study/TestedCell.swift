import Datasets
import Training

/// One line of `results.csv`: a prompt, how it was learned, and what it does on the test images of some classes.
public struct TestedCell: Equatable, Sendable {
  /// Whether something was learned.
  public enum Kind: String, Codable, Sendable {
    /// A run of the study.
    case learned
    /// A hand-written template or a teacher: the same for every seed, without training images.
    case reference
    /// A method beside the prompts that learns from the same training images, as a linear probe.
    case baseline
  }

  /// Whether something was learned.
  public let kind: Kind
  /// The task that was learned on; that of the test for a reference.
  public let task: String
  /// The task whose test images these are.
  public let tested: String
  /// `usual`, or what the run started from, in words without `|`.
  public let start: String
  /// The structure as it was given; of a reference its name, as `zero-shot` or `zero-shot:template=domain`.
  public let structure: String
  /// The supervision as it was given, with `+sampled-classes:100` where its steps saw a sample of the classes; empty for a reference.
  public let supervision: String
  /// Training images of each class; nil for all there are. 0 for a reference.
  public let shots: Int?
  /// Passes over the training images; 0 for a reference.
  public let epochs: Int
  /// The seed; 0 for a reference.
  public let seed: UInt64
  /// Which classes of ``tested`` are told apart.
  public let classes: ClassSelection
  /// What happened on the test images.
  public let record: TestRecord
  /// On the training images after the last step; nil for a reference.
  public let training: Evaluation?
  /// Each term of the supervision on the training images after the last step, before its weight.
  public let terms: [String: Double]
  /// How many numbers were learned.
  public let parameters: Int
  /// The run's folder; nil for a reference.
  public let folder: String?
  /// How the run's learning rate was chosen; nil where none was searched.
  public let tuning: TunedRate?
  /// The attention that rows pay to the run's prompts in each prompted encoder; empty where nothing was learned or measured.
  public let attention: [AttentionToPrompts]

  /// A line of the given parts.
  public init(
    kind: Kind, task: String, tested: String, start: String = "usual", structure: String, supervision: String,
    shots: Int?, epochs: Int, seed: UInt64, classes: ClassSelection, record: TestRecord, training: Evaluation?,
    terms: [String: Double], parameters: Int, folder: String? = nil, tuning: TunedRate? = nil,
    attention: [AttentionToPrompts] = []
  ) {
    self.kind = kind
    self.task = task
    self.tested = tested
    self.start = start
    self.structure = structure
    self.supervision = supervision
    self.shots = shots
    self.epochs = epochs
    self.seed = seed
    self.classes = classes
    self.record = record
    self.training = training
    self.terms = terms
    self.parameters = parameters
    self.folder = folder
    self.tuning = tuning
    self.attention = attention
  }

  /// What is compared: `STRUCTURE|SUPERVISION`, and `|START` unless usual; a reference has its name alone.
  public var method: String {
    kind == .reference
      ? structure : [structure, supervision].joined(separator: "|") + (start == "usual" ? "" : "|\(start)")
  }
}
