/// How well a model does on labelled images.
public struct Evaluation: Codable, Equatable, Sendable {
  /// What happened to one class.
  public struct ClassResult: Codable, Equatable, Sendable {
    /// Its name.
    public let name: String
    /// Images of it.
    public let count: Int
    /// How many of them were classified correctly.
    public let correct: Int
    /// The share of them in [0, 1]; 0 without images.
    public var accuracy: Double { count == 0 ? 0 : Double(correct) / Double(count) }

    /// A result of the given counts.
    public init(name: String, count: Int, correct: Int) {
      self.name = name
      self.count = count
      self.correct = correct
    }
  }

  /// The classes in label order.
  public let classes: [ClassResult]
  /// The mean cross entropy with the labels, in nats.
  public let crossEntropy: Double

  /// An evaluation of the given parts.
  public init(classes: [ClassResult], crossEntropy: Double) {
    self.classes = classes
    self.crossEntropy = crossEntropy
  }

  /// Images in all.
  public var count: Int { classes.reduce(0) { $0 + $1.count } }
  /// The share of images, in [0, 1], that were classified correctly.
  public var accuracy: Double { Double(classes.reduce(0) { $0 + $1.correct }) / Double(max(count, 1)) }
}
