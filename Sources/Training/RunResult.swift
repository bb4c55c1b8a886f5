import Datasets

/// What a run came to; the same for the same configuration.
public struct RunResult: Codable, Equatable, Sendable {
  /// How well the learned prompt does on the test images of some of the task's classes, beside the task's own template.
  public struct Test: Codable, Equatable, Sendable {
    /// Which classes are told apart.
    public let classes: ClassSelection
    /// The learned prompt.
    public let prompt: Evaluation
    /// The task's own template.
    public let zeroShot: Evaluation

    /// A test of the given parts.
    public init(classes: ClassSelection, prompt: Evaluation, zeroShot: Evaluation) {
      self.classes = classes
      self.prompt = prompt
      self.zeroShot = zeroShot
    }
  }

  /// How well the learned prompt does on the training images.
  public let training: Evaluation
  /// The loss on the training images after the last step: each term of the supervision, before its weight.
  public let terms: [String: Double]
  /// What was tested, the learned classes first.
  public let tests: [Test]
  /// How many ranks brought the run to its end (``Ranks``), 1 for a process by itself; nil in files of before it was recorded. They sum
  /// in another order, so that other numbers of ranks agree to rounding.
  public let ranks: Int?

  /// A result of the given parts; at least one test.
  public init(training: Evaluation, terms: [String: Double], tests: [Test], ranks: Int = 1) {
    self.training = training
    self.terms = terms
    self.tests = tests
    self.ranks = ranks
  }

  /// The test of some classes; nil if they were not tested.
  public subscript(_ classes: ClassSelection) -> Test? { tests.first { $0.classes == classes } }

  /// How well the learned prompt does on the test images of the classes that it was learned for.
  public var test: Evaluation { tests[0].prompt }
  /// How well the task's own template does on the same images.
  public var zeroShot: Evaluation { tests[0].zeroShot }

  /// The harmonic mean of the accuracies on base and new classes; nil unless both were tested.
  public var harmonicMean: Double? {
    guard let base = self[.base]?.prompt.accuracy, let new = self[.new]?.prompt.accuracy else { return nil }
    return base + new == 0 ? 0 : 2 * base * new / (base + new)
  }
}
