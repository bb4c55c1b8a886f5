import Basics

/// The bootstrap over independent draws (Efron 1979) of any statistic of theirs: a replicate takes as many draws as there are,
/// with replacement.
public struct DrawBootstrap: Sendable {
  /// Where the resamples come from; the same stream gives the same ones, whatever the statistic.
  public let stream: RandomStream
  /// How many replicates are drawn.
  public let replicates: Int
  /// The nominal probability that an interval covers the true value.
  public let level: Double

  /// A bootstrap that draws from a stream.
  public init(stream: RandomStream, replicates: Int = 2000, level: Double = 0.95) {
    Basics.require(replicates > 1, "an interval needs replicates")
    requireLevel(level)
    self.stream = stream
    self.replicates = replicates
    self.level = level
  }

  /// The statistic of each resample of `0..<count`.
  public func values(of count: Int, _ statistic: @escaping @Sendable ([Int]) -> Double) throws -> [Double] {
    guard count > 1 else { throw Failure("a bootstrap over draws: \(count) of them, where at least 2 are needed") }
    return try Replicates.draw(replicates, from: stream) {
      { stream in
        var resample: [Int] = []
        resample.reserveCapacity(count)
        for _ in 0..<count { resample.append(stream.below(count)) }
        return statistic(resample)
      }
    }
  }

  /// The percentile interval of replicates: their (1 − level)/2 and (1 + level)/2 quantiles, linearly interpolated.
  public func interval(_ values: [Double]) -> Interval { .percentile(of: values, level: level) }

  /// The mean of a value for each draw, with the percentile interval.
  ///
  /// - Throws: ``Failure`` for fewer than two values or one that is not finite.
  public func mean(of values: [Double]) throws -> Estimate {
    try CheckedNumbers.require(values, atLeast: 2, "a mean over draws")
    let means = try self.values(of: values.count) { resample in
      resample.reduce(0) { $0 + values[$1] } / Double(resample.count)
    }
    return Estimate(value: values.reduce(0, +) / Double(values.count), interval: interval(means))
  }
}
