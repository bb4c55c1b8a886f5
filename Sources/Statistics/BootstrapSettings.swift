import Basics

/// How many replicates a bootstrap draws, from where, and how sure its intervals are.
public struct BootstrapSettings: Sendable {
  /// Where the draws come from; the same stream gives the same interval.
  public let stream: RandomStream
  /// How many replicates are drawn.
  public let replicates: Int
  /// The nominal probability that an interval covers the true value.
  public let level: Double

  /// Draws from a stream.
  public init(stream: RandomStream, replicates: Int = 2000, level: Double = 0.95) {
    require(replicates > 1, "an interval needs replicates")
    requireLevel(level)
    self.stream = stream
    self.replicates = replicates
    self.level = level
  }
}
