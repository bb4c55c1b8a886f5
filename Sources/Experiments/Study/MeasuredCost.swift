/// What training one structure under one supervision costs here.
public struct MeasuredCost: Codable, Equatable, Sendable {
  /// The task whose classes and batch were measured.
  public let task: String
  /// The structure as it was given.
  public let structure: String
  /// The supervision as it was given.
  public let supervision: String
  /// The median of some steps, in seconds, with all threads.
  public let stepSeconds: Double
  /// Training images a second at that rate.
  public let imagesPerSecond: Double
  /// Bytes at the largest step by counting, see ``PredictedMemory``.
  public let peakBytes: Int
  /// How many numbers are learned.
  public let parameters: Int

  /// A cost of the given parts.
  public init(
    task: String, structure: String, supervision: String, stepSeconds: Double, imagesPerSecond: Double, peakBytes: Int,
    parameters: Int
  ) {
    self.task = task
    self.structure = structure
    self.supervision = supervision
    self.stepSeconds = stepSeconds
    self.imagesPerSecond = imagesPerSecond
    self.peakBytes = peakBytes
    self.parameters = parameters
  }
}
