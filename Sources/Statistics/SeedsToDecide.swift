import Basics
import CGSL

/// How many more seeds would decide whether two methods differ, if further seeds are like those so far.
///
/// Decided means that the interval of the mean difference excludes 0: the smallest number n of seeds in all with
///
///     |mean| > t · √(s² / n + imageVariance),
///
/// where mean and s are those of the differences so far, and t the quantile of Student's t with Satterthwaite's degrees of
/// freedom. The new seeds' mean is as likely smaller as larger than the one so far, so the chance to be decided with n seeds
/// is about one half, not a power of 80 %; it is a guide to planning. More seeds do not reduce the variance that comes from
/// the choice of test images.
public enum SeedsToDecide: Codable, Equatable, Sendable {
  /// So many more; 0 if the interval excludes 0 already.
  case more(Int)
  /// More than so many, where the search ends.
  case moreThan(Int)
  /// No number: with endlessly many seeds the test images alone would let the interval reach 0. More images are needed.
  case notBySeeds

  /// What decides for differences of independent seeds.
  ///
  /// - Parameters:
  ///   - differences: a − b for each seed so far (the mean over tasks, where there are several).
  ///   - imageVariance: The variance of their mean that the choice of test images brings and more seeds leave, as
  ///     ``CrossedEstimate/imageVariance``; 0 where conclusions are for these images only.
  ///   - limit: How many more seeds are looked at.
  /// - Returns: Nil if the mean is 0, which tells nothing.
  /// - Throws: ``Failure`` for fewer than two differences, or one that is not finite.
  public static func estimate(
    differences: [Double], imageVariance: Double = 0, level: Double = 0.95, limit: Int = 1000
  ) throws -> SeedsToDecide? {
    try CheckedNumbers.require(differences, atLeast: 2, "seeds to decide")
    guard imageVariance.isFinite, imageVariance >= 0 else {
      throw Failure("seeds to decide: \(imageVariance) is not a variance")
    }
    let spread = Spread(differences)
    return search(
      mean: spread.mean, seedVariance: spread.deviation * spread.deviation / Double(differences.count),
      imageVariance: imageVariance, seeds: differences.count, seedDegreesOfFreedom: Double(differences.count - 1),
      level: level, limit: limit)
  }

  /// What decides for a difference that ``CrossedBootstrap`` has found; new seeds are for every task.
  ///
  /// - Returns: Nil if the difference is 0, which tells nothing.
  /// - Throws: ``Failure`` if a task has only one seed.
  public static func estimate(
    _ difference: CrossedEstimate, limit: Int = 1000
  ) throws -> SeedsToDecide? {
    guard let seedVariance = difference.seedVariance else {
      throw Failure("seeds to decide: with one seed nothing is known of how seeds differ")
    }
    return search(
      mean: difference.value, seedVariance: seedVariance, imageVariance: difference.imageVariance,
      seeds: difference.seeds, seedDegreesOfFreedom: difference.seedDegreesOfFreedom ?? Double(difference.seeds - 1),
      level: difference.interval.level, limit: limit)
  }

  private static func search(
    mean: Double, seedVariance: Double, imageVariance: Double, seeds: Int, seedDegreesOfFreedom: Double, level: Double,
    limit: Int
  ) -> SeedsToDecide? {
    require(limit >= 0, "a limit of \(limit) seeds")
    guard mean != 0 else { return nil }
    let normal = StudentDistribution.twoSidedQuantile(level, degreesOfFreedom: .infinity)
    guard abs(mean) > normal * imageVariance.squareRoot() else { return .notBySeeds }
    for more in 0...limit {
      let growth = Double(seeds + more) / Double(seeds)
      let seedPart = EstimatedVariance(
        seedVariance / growth,
        degreesOfFreedom: seedDegreesOfFreedom * Double(seeds + more - 1) / Double(seeds - 1))
      let total = EstimatedVariance(
        sum: [seedPart, EstimatedVariance(imageVariance, degreesOfFreedom: .infinity)])
      let quantile = StudentDistribution.twoSidedQuantile(level, degreesOfFreedom: total.degreesOfFreedom)
      if abs(mean) > quantile * total.value.squareRoot() { return .more(more) }
    }
    return .moreThan(limit)
  }
}
