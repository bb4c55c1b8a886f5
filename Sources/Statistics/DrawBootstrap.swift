import Basics

/// The bootstrap over independent draws (Efron 1979) of any statistic of theirs: a replicate takes as many draws as there are,
/// with replacement.
public struct DrawBootstrap: Sendable {
  /// How it draws; the same stream gives the same resamples, whatever the statistic.
  public let settings: BootstrapSettings
  /// How many replicates are drawn.
  public var replicates: Int { settings.replicates }

  /// A bootstrap of some settings.
  public init(_ settings: BootstrapSettings) { self.settings = settings }

  /// A bootstrap that draws from a stream.
  public init(stream: RandomStream, replicates: Int = 2000, level: Double = 0.95) {
    self.init(BootstrapSettings(stream: stream, replicates: replicates, level: level))
  }

  /// The statistic of each resample of `0..<count`.
  public func values(of count: Int, _ statistic: @escaping @Sendable ([Int]) -> Double) throws -> [Double] {
    guard count > 1 else { throw Failure("a bootstrap over draws: \(count) of them, where at least 2 are needed") }
    return try Replicates.draw(settings) {
      { stream in
        var resample: [Int] = []
        resample.reserveCapacity(count)
        for _ in 0..<count { resample.append(stream.below(count)) }
        return statistic(resample)
      }
    }
  }

  /// The percentile interval of replicates: their (1 − level)/2 and (1 + level)/2 quantiles, linearly interpolated.
  public func interval(_ values: [Double]) -> Interval { .percentile(of: values, level: settings.level) }

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
