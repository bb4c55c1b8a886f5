/// How often 95 % intervals of ``CrossedBootstrap`` covered the true difference of two methods in simulated experiments.
///
/// One task with 240 test images, accuracies of about 0.75 and 0.73, correctness that is correlated between the methods and
/// between seeds on the same image; 4000 experiments a row, so ± 0.007 (two standard errors). `CoverageTests` has the model
/// and measures it again. With one task and 3 seeds the interval covers a little too seldom; with 3 seeds in each of five
/// tasks it does not.
public struct MeasuredCoverage: Codable, Equatable, Sendable {
  /// How much of the variance is from seeds.
  public enum SeedEffect: String, Codable, Sendable {
    /// The accuracy's standard deviation between seeds is 0.002: nearly all variance is from images and chance.
    case weak
    /// 0.019, of the order of prompt learning with few shots.
    case medium
    /// 0.055: the variance is from seeds.
    case strong
  }

  /// The number of seeds.
  public let seeds: Int
  /// The effect of seeds.
  public let seedEffect: SeedEffect
  /// The share of ``CrossedEstimate/percentile`` that covered; nominal is 0.95.
  public let percentile: Double
  /// The share of ``CrossedEstimate/interval`` that covered; nominal is 0.95.
  public let interval: Double

  /// A measurement.
  public init(seeds: Int, seedEffect: SeedEffect, percentile: Double, interval: Double) {
    self.seeds = seeds
    self.seedEffect = seedEffect
    self.percentile = percentile
    self.interval = interval
  }
}

extension CrossedBootstrap {
  /// The coverage of 95 % intervals of a difference at 3, 5, 10 and 20 seeds.
  public static let measuredCoverage: [MeasuredCoverage] = [
    MeasuredCoverage(seeds: 3, seedEffect: .weak, percentile: 0.990, interval: 0.928),
    MeasuredCoverage(seeds: 3, seedEffect: .medium, percentile: 0.980, interval: 0.925),
    MeasuredCoverage(seeds: 3, seedEffect: .strong, percentile: 0.901, interval: 0.928),
    MeasuredCoverage(seeds: 5, seedEffect: .weak, percentile: 0.990, interval: 0.944),
    MeasuredCoverage(seeds: 5, seedEffect: .medium, percentile: 0.982, interval: 0.936),
    MeasuredCoverage(seeds: 5, seedEffect: .strong, percentile: 0.941, interval: 0.945),
    MeasuredCoverage(seeds: 10, seedEffect: .weak, percentile: 0.991, interval: 0.941),
    MeasuredCoverage(seeds: 10, seedEffect: .medium, percentile: 0.986, interval: 0.946),
    MeasuredCoverage(seeds: 10, seedEffect: .strong, percentile: 0.956, interval: 0.946),
    MeasuredCoverage(seeds: 20, seedEffect: .weak, percentile: 0.982, interval: 0.945),
    MeasuredCoverage(seeds: 20, seedEffect: .medium, percentile: 0.982, interval: 0.946),
    MeasuredCoverage(seeds: 20, seedEffect: .strong, percentile: 0.966, interval: 0.950),
  ]
}
