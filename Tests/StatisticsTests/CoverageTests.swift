import Basics
import Foundation
import Statistics
import Testing

/// How often intervals of a difference of accuracies cover the true one, which is known in a ``CrossedWorld``.
///
/// Thousands of bootstraps: seconds in a release build, which is what `make test` makes, and too many for a debug build.
@Suite(.enabled(if: isOptimized, "only in a release build")) struct CoverageTests {
  /// The seed effects τ that ``MeasuredCoverage/seedEffect`` names.
  private static let effects: [(MeasuredCoverage.SeedEffect, Double)] = [(.weak, 0.01), (.medium, 0.1), (.strong, 0.3)]

  private func coverage(seeds: Int, _ effect: (MeasuredCoverage.SeedEffect, Double), experiments: Int) throws
    -> MeasuredCoverage
  {
    let world = CrossedWorld(seeds: seeds, seedEffect: effect.1)
    let truth = world.truth(method: 0) { $0[0] } - world.truth(method: 1) { $0[0] }
    let covered = try Parallel.map(experiments) { experiment in
      var stream = RandomStream(purpose: "coverage", task: "\(seeds) \(effect.0)", seed: UInt64(experiment))
      let methods = try world.draw(&stream)
      let estimate = try CrossedBootstrap(stream: stream, replicates: 500).difference(of: methods[0], minus: methods[1])
      return SIMD2(estimate.percentile.contains(truth) ? 1.0 : 0, estimate.interval.contains(truth) ? 1 : 0)
    }
    let shares = covered.reduce(SIMD2(), +) / Double(experiments)
    return MeasuredCoverage(seeds: seeds, seedEffect: effect.0, percentile: shares[0], interval: shares[1])
  }

  /// With RPP_COVERAGE_EXPERIMENTS=4000 it prints the rows of ``CrossedBootstrap/measuredCoverage``.
  @Test func theStatedCoverageIsMeasuredAgain() throws {
    let wanted = ProcessInfo.processInfo.environment["RPP_COVERAGE_EXPERIMENTS"].flatMap { Int($0) }
    let experiments = wanted ?? 250
    #expect(
      CrossedBootstrap.measuredCoverage.map(\.seeds) == [3, 5, 10, 20].flatMap { Array(repeating: $0, count: 3) })
    var intervals: [Int: [Double]] = [:]
    for seeds in [3, 5, 10, 20] {
      for effect in Self.effects {
        let measured = try coverage(seeds: seeds, effect, experiments: experiments)
        if wanted != nil {
          print(
            "seeds: \(seeds), seedEffect: .\(effect.0), percentile: \(measured.percentile), interval: \(measured.interval)"
          )
        }
        intervals[seeds, default: []].append(measured.interval)
        guard
          let stated = CrossedBootstrap.measuredCoverage.first(where: {
            $0.seeds == seeds && $0.seedEffect == effect.0
          })
        else {
          Issue.record("nothing is stated for \(seeds) seeds, \(effect.0)")
          continue
        }
        for (now, then) in [(measured.percentile, stated.percentile), (measured.interval, stated.interval)] {
          let error = (then * (1 - then) / Double(experiments)).squareRoot()
          #expect(abs(now - then) < 3.5 * error, "\(seeds) seeds, \(effect.0): \(now), stated \(then)")
        }
      }
    }
    // Nominal from 10 seeds on.
    for seeds in [10, 20] {
      let mean = intervals[seeds]!.reduce(0, +) / 3
      #expect(0.935 < mean && mean < 0.97, "\(seeds) seeds: \(mean)")
    }
  }

  @Test func harmonicMeansAreCoveredToo() throws {
    let world = CrossedWorld(seeds: 10, images: 150, seedEffect: 0.1)
    let measure = AccuracyMeasure.harmonicMean
    let truth =
      world.truth(method: 0, groups: 2, measure.value) - world.truth(method: 1, groups: 2, measure.value)
    let experiments = 500
    let covered = try Parallel.map(experiments) { experiment in
      var stream = RandomStream(purpose: "coverage", task: "harmonic", seed: UInt64(experiment))
      let methods = try world.draw(groups: 2, &stream)
      return try CrossedBootstrap(stream: stream, replicates: 500)
        .difference(measure, of: [methods[0]], minus: [methods[1]]).interval.contains(truth)
    }
    let share = Double(covered.count { $0 }) / Double(experiments)
    #expect(0.93 < share && share < 0.97, "\(share)")
  }

  @Test func severalTasksMakeUpForFewSeeds() throws {
    let world = CrossedWorld(seeds: 3, images: 120, seedEffect: 0.1)
    let truth = world.truth(method: 0) { $0[0] } - world.truth(method: 1) { $0[0] }
    let experiments = 500
    let covered = try Parallel.map(experiments) { experiment in
      var stream = RandomStream(purpose: "coverage", task: "five tasks", seed: UInt64(experiment))
      let tasks = try (0..<5).map { _ in try world.draw(&stream) }
      return try CrossedBootstrap(stream: stream, replicates: 400)
        .difference(of: tasks.map { $0[0][0] }, minus: tasks.map { $0[1][0] }).interval.contains(truth)
    }
    let share = Double(covered.count { $0 }) / Double(experiments)
    #expect(0.93 < share && share < 0.975, "\(share)")
  }
}

#if DEBUG
  private let isOptimized = false
#else
  private let isOptimized = true
#endif
