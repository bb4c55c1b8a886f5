import Basics
import CGSL

/// One task of a crossed bootstrap: one method or two that are compared, the same seeds and test images for both.
struct SeedsByImages: Sendable {
  let seeds: Int
  /// The mean over seeds of the measure, or of its difference.
  let value: Double
  /// The variance of `value` from seeds; nil for one seed.
  let seedVariance: EstimatedVariance?
  /// The variance of `value` from test images, for each group of classes; none for a single image.
  let imageVariances: [EstimatedVariance]
  private let methods: Int
  private let measure: AccuracyMeasure
  private let groups: [PackedCorrectness]

  /// - Parameter methods: The groups of classes of one method, or of two.
  init(_ methods: [[Correctness]], _ measure: AccuracyMeasure, task: Int) throws {
    for groups in methods {
      guard groups.count == measure.groups else {
        throw Failure("task \(task) has \(groups.count) groups of classes where \(measure.groups) are measured")
      }
      for (group, other) in zip(groups, methods[0]) {
        guard group.seeds == methods[0][0].seeds else {
          throw Failure("task \(task): \(group.seeds) seeds cannot be paired with \(methods[0][0].seeds)")
        }
        guard group.images == other.images else {
          throw Failure("task \(task): \(group.images) test images cannot be paired with \(other.images)")
        }
      }
    }
    let seeds = methods[0][0].seeds
    self.seeds = seeds
    self.methods = methods.count
    self.measure = measure
    groups = (0..<measure.groups).map { group in PackedCorrectness(methods.map { $0[group] }) }
    // accuracies[method][seed][group]
    let accuracies = methods.map { groups in
      let byGroup = groups.map(\.accuracies)
      return (0..<seeds).map { seed in byGroup.map { $0[seed] } }
    }
    let bySeed = (0..<seeds).map { seed in
      accuracies.enumerated().reduce(0.0) { $0 + Self.sign($1.offset) * measure.value($1.element[seed]) }
    }
    let spread = Spread(bySeed)
    value = spread.mean
    seedVariance =
      seeds > 1
      ? EstimatedVariance(
        spread.deviation * spread.deviation / Double(seeds), degreesOfFreedom: Double(seeds - 1)) : nil
    // weights[method][seed][group]: how an image's correctness enters f, linearised.
    let weights = accuracies.enumerated().map { method, seeds in
      seeds.map { measure.gradient(at: $0).map { Self.sign(method) * $0 } }
    }
    imageVariances = (0..<measure.groups).compactMap { group in
      Self.imageVariance(methods.map { $0[group] }, weights: weights.map { $0.map { $0[group] } })
    }
  }

  private static func sign(_ method: Int) -> Double { method == 0 ? 1 : -1 }

  /// The variance of the mean of y_si = Σ_methods weight · correct from the choice of images alone: that of the means over
  /// seeds, less what the seeds' chance on each image brings into it.
  ///
  ///     s²(ȳ_i) / N − MS / (S N), at least 0, with MS = Σ (y_si − ȳ_s − ȳ_i + ȳ)² / ((S − 1)(N − 1))
  private static func imageVariance(_ methods: [Correctness], weights: [[Double]]) -> EstimatedVariance? {
    let (seeds, images) = (methods[0].seeds, methods[0].images)
    guard images > 1 else { return nil }
    var meansOfImages = Array(repeating: 0.0, count: images)
    var squares = 0.0
    for seed in 0..<seeds {
      var row = Array(repeating: 0.0, count: images)
      for (method, table) in methods.enumerated() {
        let weight = weights[method][seed]
        for image in 0..<images where table.flags[seed * images + image] == 1 { row[image] += weight }
      }
      let mean = row.reduce(0, +) / Double(images)
      for image in 0..<images {
        let centered = row[image] - mean
        squares += centered * centered
        meansOfImages[image] += centered / Double(seeds)
      }
    }
    let squaresOfMeans = meansOfImages.reduce(0) { $0 + $1 * $1 }
    let freedom = Double(images - 1)
    var variance = squaresOfMeans / freedom / Double(images)
    if seeds > 1 {
      let interaction = (squares - Double(seeds) * squaresOfMeans) / (Double(seeds - 1) * freedom)
      variance = max(0, variance - interaction / Double(seeds * images))
    }
    return EstimatedVariance(variance, degreesOfFreedom: freedom)
  }

  /// What draws one replicate of `value`; not for several threads at once.
  func sampler() -> (inout RandomStream) -> Double {
    let lanes = methods * seeds
    var counts = Array(repeating: 0, count: measure.groups * lanes)
    var accuracies = Array(repeating: 0.0, count: measure.groups)
    return { stream in
      let drawn = stream.resampled(seeds)
      for (index, group) in groups.enumerated() {
        group.resample(from: &stream, into: &counts, at: index * lanes)
      }
      var sum = 0.0
      for seed in 0..<seeds where drawn[seed] > 0 {
        for method in 0..<methods {
          for (index, group) in groups.enumerated() {
            accuracies[index] = Double(counts[index * lanes + method * seeds + seed]) / Double(group.images)
          }
          sum += Double(drawn[seed]) * Self.sign(method) * measure.value(accuracies)
        }
      }
      return sum / Double(seeds)
    }
  }
}
