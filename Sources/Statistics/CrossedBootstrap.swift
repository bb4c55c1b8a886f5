import Basics
import CGSL

/// The bootstrap over seeds *and* test images of a mean over tasks of the mean over seeds of an ``AccuracyMeasure``, or of
/// the difference of two methods in it.
///
/// A replicate draws, in every task, the seeds with replacement and the test images with replacement; the images are drawn
/// once for all seeds and both methods, because all were tested on the same ones (the crossed or pigeonhole bootstrap, Owen
/// 2007). With v_s and w_i the counts of the draws, the accuracy of seed s is Σ_i w_i c_si / N and the replicate
///
///     mean over tasks of Σ_s v_s (f(accuracies of a with s) − f(accuracies of b with s)) / S.
///
/// The interval between the replicates' quantiles is too short at few seeds (by √((S−1)/S), and as it takes the standard
/// deviation of S values for known) and too long where chance differs from image to image and seed to seed, which it counts
/// about three times. ``CrossedEstimate/interval`` therefore stretches it about the estimate by
///
///     (t / z) · (standard error / standard deviation of the replicates),
///
/// with the standard error from the variance components of seeds × images (two-way analysis of variance, of f linearised in
/// the accuracies), t and z the quantiles of Student's t and the normal distribution, and degrees of freedom by
/// Satterthwaite: as in studies of many readers and many cases (Hillis 2007), which have this design. ``measuredCoverage``
/// tells how often it covers the true value.
public struct CrossedBootstrap: Sendable {
  /// How it draws.
  public let settings: BootstrapSettings

  /// A bootstrap of some settings.
  public init(_ settings: BootstrapSettings) { self.settings = settings }

  /// A bootstrap that draws from a stream.
  public init(stream: RandomStream, replicates: Int = 2000, level: Double = 0.95) {
    self.init(BootstrapSettings(stream: stream, replicates: replicates, level: level))
  }

  /// The accuracy of a method: the mean over tasks, seeds and images, from 0 to 1.
  ///
  /// - Parameter tasks: The correctness in each task; numbers of seeds and images may differ from task to task.
  /// - Throws: ``Failure`` if there is no task.
  public func accuracy(of tasks: [Correctness]) throws -> CrossedEstimate {
    try mean(.accuracy, of: tasks.map { [$0] })
  }

  /// The difference accuracy of a − accuracy of b.
  ///
  /// - Throws: ``Failure`` if the two have different tasks, seeds or images.
  public func difference(of a: [Correctness], minus b: [Correctness]) throws -> CrossedEstimate {
    try difference(.accuracy, of: a.map { [$0] }, minus: b.map { [$0] })
  }

  /// The mean of a measure of one method.
  ///
  /// - Parameter tasks: For each task the correctness on each group of classes, base and new for
  ///   ``AccuracyMeasure/harmonicMean``, with the same seeds.
  /// - Throws: ``Failure`` if there is no task, or a task's groups are not those of the measure or have different seeds.
  public func mean(_ measure: AccuracyMeasure, of tasks: [[Correctness]]) throws -> CrossedEstimate {
    try estimate(tasks.enumerated().map { try SeedsByImages([$1], measure, task: $0) }, measure.range)
  }

  /// The mean difference a − b of a measure of two methods, with the same seeds and test images in each task.
  ///
  /// - Throws: ``Failure`` as ``mean(_:of:)``, or if the two have different tasks, seeds or images.
  public func difference(
    _ measure: AccuracyMeasure, of a: [[Correctness]], minus b: [[Correctness]]
  ) throws -> CrossedEstimate {
    guard a.count == b.count else { throw Failure("\(a.count) tasks cannot be compared with \(b.count)") }
    let width = measure.range.upperBound - measure.range.lowerBound
    return try estimate(
      a.indices.map { try SeedsByImages([a[$0], b[$0]], measure, task: $0) }, -width...width)
  }

  private func estimate(_ tasks: [SeedsByImages], _ range: ClosedRange<Double>) throws -> CrossedEstimate {
    guard !tasks.isEmpty else { throw Failure("no tasks, so no mean over tasks") }
    let count = Double(tasks.count)
    let value = tasks.reduce(0) { $0 + $1.value } / count
    let draws = try Replicates.draw(settings) {
      let samplers = tasks.map { $0.sampler() }
      return { stream in samplers.reduce(0) { $0 + $1(&stream) } / count }
    }
    let percentile = Interval.percentile(of: draws, level: settings.level)
    let seedVariances = tasks.compactMap(\.seedVariance).map { $0.scaled(1 / (count * count)) }
    let imageVariances = tasks.flatMap(\.imageVariances).map { $0.scaled(1 / (count * count)) }
    let seeds = EstimatedVariance(sum: seedVariances)
    let all = EstimatedVariance(sum: seedVariances + imageVariances)
    let deviation = gsl_stats_sd(draws, 1, draws.count)
    var factor = 1.0
    let level = settings.level
    if deviation > 0, all.value > 0 {
      factor =
        StudentDistribution.twoSidedQuantile(level, degreesOfFreedom: all.degreesOfFreedom)
        / StudentDistribution.twoSidedQuantile(level, degreesOfFreedom: .infinity) * all.value.squareRoot() / deviation
    }
    func stretched(_ end: Double) -> Double {
      min(max(value + factor * (end - value), range.lowerBound), range.upperBound)
    }
    let interval = Interval(
      // A quantile beyond the estimate, which a very bent measure could bring, must not turn the interval over.
      low: min(stretched(percentile.low), value), high: max(stretched(percentile.high), value), level: level)
    return CrossedEstimate(
      value: value, interval: interval, percentile: percentile,
      seedVariance: seedVariances.isEmpty ? nil : seeds.value,
      imageVariance: imageVariances.reduce(0) { $0 + $1.value },
      seeds: tasks.map(\.seeds).min()!,
      seedDegreesOfFreedom: seeds.value > 0 ? seeds.degreesOfFreedom : nil,
      degreesOfFreedom: all.value > 0 ? all.degreesOfFreedom : nil)
  }
}
