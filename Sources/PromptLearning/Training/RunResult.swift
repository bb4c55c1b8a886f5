/// What a run came to.
public struct RunResult: Codable, Equatable, Sendable {
  /// How well the learned prompts do on the training images.
  public let training: Evaluation
  /// How well they do on the test images of the classes that they were learned for.
  public let test: Evaluation
  /// How well the task's own template does on the same test images.
  public let zeroShot: Evaluation
  /// Seconds from reading the images to the last evaluation, in the process that ended the run.
  public let seconds: Double

  /// A result of the given parts.
  public init(training: Evaluation, test: Evaluation, zeroShot: Evaluation, seconds: Double) {
    self.training = training
    self.test = test
    self.zeroShot = zeroShot
    self.seconds = seconds
  }
}
