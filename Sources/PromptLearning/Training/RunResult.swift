/// What a run came to; the same for the same configuration.
public struct RunResult: Codable, Equatable, Sendable {
  /// How well the learned prompts do on the training images.
  public let training: Evaluation
  /// How well they do on the test images of the classes that they were learned for.
  public let test: Evaluation
  /// How well the task's own template does on the same test images.
  public let zeroShot: Evaluation

  /// A result of the given parts.
  public init(training: Evaluation, test: Evaluation, zeroShot: Evaluation) {
    self.training = training
    self.test = test
    self.zeroShot = zeroShot
  }
}
