/// How long a run took: in a file of its own, since it is another time every time.
public struct RunTiming: Codable, Equatable, Sendable {
  /// Seconds from reading the images to the last evaluation, in the process that ended the run.
  public let seconds: Double

  /// A run that took some seconds.
  public init(seconds: Double) { self.seconds = seconds }
}
