import Basics
import Foundation
import Statistics
import Testing

struct CrossedBootstrapTests {
  private let stream = RandomStream(name: "crossed bootstrap tests")

  @Test func varianceComponentsByHand() throws {
    // Accuracies 2/3 and 1/3: s² = 1/18, of their mean 1/36. Means of images 1, ½, 0: s² = 1/4, of their mean 1/12, less
    // the interaction's: residuals ±1/6, ±1/3, ±1/6, mean square (1/3) / 2, of the mean 1/36.
    let estimate = try CrossedBootstrap(stream: stream, replicates: 100)
      .accuracy(of: [Correctness([[true, true, false], [true, false, false]])])
    #expect(agree([estimate.value], [0.5]))
    #expect(agree([try #require(estimate.seedVariance), estimate.imageVariance], [1.0 / 36, 1.0 / 18]))
    // (1 + 2)² / (1² / 1 + 2² / 2)
    #expect(agree([try #require(estimate.degreesOfFreedom)], [3]))
    #expect(agree([estimate.standardError], [(1.0 / 12).squareRoot()]))
  }

  @Test func replicatesAreThoseOfThePlainBootstrap() throws {
    var draws = stream
    // Two tasks with different numbers of seeds and images, base and new classes.
    let tasks = try [(3, 31), (5, 57)].map { seeds, images in
      try CrossedWorld(seeds: seeds, images: images, seedEffect: 0.3).draw(groups: 2, &draws)
    }
    let rows = tasks.map { methods in methods.map { $0.map(\.rows) } }
    func harmonic(_ base: Double, _ new: Double) -> Double { base + new > 0 ? 2 * base * new / (base + new) : 0 }
    /// One replicate, by loops over everything that is drawn.
    func replicate(_ statistic: (_ base: Double, _ new: Double) -> Double, methods: [Int]) -> Double {
      rows.reduce(0) { sum, task in
        let seeds = task[0][0].map { _ in draws.index(task[0][0].count) }
        let images = [0, 1].map { group in task[0][group][0].map { _ in draws.index(task[0][group][0].count) } }
        func accuracy(_ method: Int, _ group: Int, _ seed: Int) -> Double {
          Double(images[group].count { task[method][group][seed][$0] }) / Double(images[group].count)
        }
        let values = seeds.map { seed in
          methods.reduce(0) {
            let value = statistic(accuracy($1, 0, seed), accuracy($1, 1, seed))
            return $0 + ($1 == 0 ? value : -value)
          }
        }
        return sum + values.reduce(0, +) / Double(seeds.count)
      } / Double(rows.count)
    }
    let count = 10_000
    let bootstrap = CrossedBootstrap(stream: stream, replicates: count)
    let cases: [(CrossedEstimate, [Double])] = [
      (
        try bootstrap.accuracy(of: tasks.map { $0[0][0] }),
        (0..<count).map { _ in replicate({ base, _ in base }, methods: [0]) }
      ),
      (
        try bootstrap.difference(of: tasks.map { $0[0][0] }, minus: tasks.map { $0[1][0] }),
        (0..<count).map { _ in replicate({ base, _ in base }, methods: [0, 1]) }
      ),
      (
        try bootstrap.difference(.harmonicMean, of: tasks.map { $0[0] }, minus: tasks.map { $0[1] }),
        (0..<count).map { _ in replicate(harmonic, methods: [0, 1]) }
      ),
    ]
    for (estimate, plain) in cases {
      let sorted = plain.sorted()
      // The quantiles' standard error is about 0.027 standard deviations each, 0.01 interval widths for the difference.
      let tolerance = 0.04 * (estimate.percentile.high - estimate.percentile.low)
      #expect(abs(estimate.percentile.low - sorted[count / 40]) < tolerance)
      #expect(abs(estimate.percentile.high - sorted[count - count / 40]) < tolerance)
    }
  }

  @Test func aLargeTestSetIsCountedWhole() throws {
    // More than 16 bits count; 3 of 4 correct.
    let images = 150_000
    let estimate = try CrossedBootstrap(stream: stream, replicates: 1000)
      .accuracy(of: [Correctness([(0..<images).map { $0 % 4 != 0 }])])
    let margin = 1.96 * (0.1875 / Double(images)).squareRoot()
    #expect(abs(estimate.percentile.low - (0.75 - margin)) < 0.2 * margin)
    #expect(abs(estimate.percentile.high - (0.75 + margin)) < 0.2 * margin)
  }

  @Test func methodsArePairedByImage() throws {
    var draws = stream
    let tables = try CrossedWorld(seeds: 5, seedEffect: 0).draw(&draws)[0]
    // The same but for one image that b alone has.
    var rows = tables[0].rows
    let missed = try #require(rows[0].indices.first { image in rows.allSatisfy { !$0[image] } })
    for seed in rows.indices { rows[seed][missed] = true }
    let bootstrap = CrossedBootstrap(stream: stream)
    let same = try bootstrap.difference(of: tables, minus: tables)
    #expect(same.value == 0 && same.interval == Interval(low: 0, high: 0, level: 0.95))
    #expect(same.degreesOfFreedom == nil)
    let other = try bootstrap.difference(of: tables, minus: [Correctness(rows)])
    #expect(agree([other.value], [-1.0 / 240]))
    // Drawn 0 times with probability 1/e, 4 times or more with 2 %.
    #expect(agree([other.percentile.low, other.percentile.high], [-3.0 / 240, 0]))
    #expect(agree([other.seedVariance ?? 1], [0]))
  }

  @Test func aSingleSeedLeavesTheImages() throws {
    let row = (0..<400).map { $0 % 5 != 0 }
    let estimate = try CrossedBootstrap(stream: stream, replicates: 4000).accuracy(of: [Correctness([row])])
    #expect(estimate.seedVariance == nil && estimate.seedDegreesOfFreedom == nil)
    #expect(agree([estimate.imageVariance, estimate.degreesOfFreedom ?? 0], [0.16 / 399, 399]))
    #expect(abs(estimate.interval.low - (0.8 - 1.966 * 0.02)) < 0.004)
    #expect(abs(estimate.interval.high - (0.8 + 1.966 * 0.02)) < 0.004)
    // Zero-shot, beside a method with seeds.
    let repeated = try Correctness([row]).repeated(seeds: 3)
    #expect(repeated.seeds == 3 && repeated.rows == [row, row, row])
  }

  @Test func accuraciesStayBelowOne() throws {
    let rows = [0, 3].map { missed in (0..<30).map { $0 >= missed } }
    let estimate = try CrossedBootstrap(stream: stream).accuracy(of: [Correctness(rows)])
    #expect(estimate.interval.high == 1 && estimate.interval.low < 0.9)
  }

  @Test func harmonicMeanOfNothingIsNothing() throws {
    let base = try Correctness([[true, false], [true, true]])
    let none = try Correctness([[false], [false]])
    let value = try CrossedBootstrap(stream: stream, replicates: 100).mean(.harmonicMean, of: [[base, none]]).value
    #expect(value == 0)
    // H of each seed, then the mean: (2 · ½ · 1 / 1½ + 1) / 2.
    let all = try Correctness([[true], [true]])
    let mean = try CrossedBootstrap(stream: stream, replicates: 100).mean(.harmonicMean, of: [[base, all]]).value
    #expect(agree([mean], [(2.0 / 3 + 1) / 2]))
  }

  @Test func theSameStreamGivesTheSame() throws {
    var draws = stream
    let tables = try CrossedWorld(seeds: 3, images: 50, seedEffect: 0.1).draw(&draws)[0]
    let estimate = try CrossedBootstrap(stream: stream, replicates: 130).accuracy(of: tables)
    #expect(try CrossedBootstrap(stream: stream, replicates: 130).accuracy(of: tables) == estimate)
    #expect(
      try CrossedBootstrap(stream: RandomStream(name: "other"), replicates: 130).accuracy(of: tables).percentile
        != estimate.percentile)
    #expect(try JSONDecoder().decode(CrossedEstimate.self, from: JSONEncoder().encode(estimate)) == estimate)
  }

  @Test func whatCannotBePairedIsRefused() throws {
    let bootstrap = CrossedBootstrap(stream: stream)
    let table = try Correctness([[true, false], [true, true]])
    let threeSeeds = try Correctness([[true, false], [true, true], [true, true]])
    let threeImages = try Correctness([[true, false, true], [true, true, true]])
    #expect(throws: Failure("no tasks, so no mean over tasks")) { try bootstrap.accuracy(of: []) }
    #expect(throws: Failure("1 tasks cannot be compared with 2")) {
      try bootstrap.difference(of: [table], minus: [table, table])
    }
    #expect(throws: Failure("task 1: 3 seeds cannot be paired with 2")) {
      try bootstrap.difference(of: [table, table], minus: [table, threeSeeds])
    }
    #expect(throws: Failure("task 0: 3 test images cannot be paired with 2")) {
      try bootstrap.difference(of: [table], minus: [threeImages])
    }
    #expect(throws: Failure("task 0 has 1 groups of classes where 2 are measured")) {
      try bootstrap.mean(.harmonicMean, of: [[table]])
    }
    #expect(throws: Failure("task 0: 3 seeds cannot be paired with 2")) {
      try bootstrap.mean(.harmonicMean, of: [[table, threeSeeds]])
    }
    #expect(throws: Failure("seed 1 has 1 test images, seed 0 has 2; they must be the same ones")) {
      try Correctness([[true, true], [true]])
    }
    #expect(throws: Failure("no seeds or no test images to count")) { try Correctness([[]]) }
    #expect(throws: Failure("no seeds or no test images to count")) { try Correctness([]) }
  }
}

extension RandomStream {
  fileprivate mutating func index(_ count: Int) -> Int { Int(uniform() * Double(count)) }
}
