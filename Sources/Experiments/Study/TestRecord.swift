import Training

/// What a learned prompt, or a hand-written one, says of test images, image by image.
public struct TestRecord: Codable, Equatable, Sendable {
  /// Accuracy by class, and the mean cross entropy.
  public let evaluation: Evaluation
  /// Whether each image, in the test set's order, was classified correctly.
  public let isCorrect: [Bool]
  /// The largest probability of each image, which calibration compares with how often it is correct.
  public let confidences: [Float]
  /// A digest of the test images' names in order: tests of one digest can be paired image by image.
  public let images: String

  /// A record of the given parts.
  public init(evaluation: Evaluation, isCorrect: [Bool], confidences: [Float], images: String) {
    self.evaluation = evaluation
    self.isCorrect = isCorrect
    self.confidences = confidences
    self.images = images
  }

  private enum CodingKeys: CodingKey { case evaluation, isCorrect, confidences, images }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    evaluation = try container.decode(Evaluation.self, forKey: .evaluation)
    isCorrect = try container.decode(String.self, forKey: .isCorrect).map { $0 == "1" }
    confidences = try container.decode([Float].self, forKey: .confidences)
    images = try container.decode(String.self, forKey: .images)
  }

  /// Bits are written as a text of zeros and ones.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(evaluation, forKey: .evaluation)
    try container.encode(String(isCorrect.map { $0 ? "1" : "0" }), forKey: .isCorrect)
    try container.encode(confidences, forKey: .confidences)
    try container.encode(images, forKey: .images)
  }
}
