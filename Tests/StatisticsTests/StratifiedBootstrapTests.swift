import Basics
import Statistics
import Testing

struct StratifiedBootstrapTests {
  private let bootstrap = StratifiedBootstrap(stream: RandomStream(name: "stratified"), replicates: 20_000)

  @Test func interquartileMeanIsThatOfRliable() throws {
    let golden = try Golden.values().scores
    let estimate = try bootstrap.interquartileMean(of: golden.x)
    #expect(
      agree([estimate.value, try InterquartileMean.of(golden.x)], Array(repeating: golden.interquartileMean, count: 2)))
    expectNear(estimate.interval, golden.interquartileMeanInterval)
  }

  @Test func probabilityOfImprovementIsThatOfRliable() throws {
    let golden = try Golden.values().scores
    let estimate = try bootstrap.probabilityOfImprovement(of: golden.x, over: golden.y)
    #expect(agree([estimate.value], [golden.probabilityOfImprovement]))
    expectNear(estimate.interval, golden.probabilityOfImprovementInterval)
  }

  @Test func byHand() throws {
    // Of 2 × 2 pairs one is more, one the same, two less; of the second task's all are more.
    #expect(try ProbabilityOfImprovement.of([[1, 3], [2]], over: [[2, 3], [1, 0]]) == (1.5 / 4 + 1) / 2)
    // Nine scores: two fall away on each side.
    #expect(try InterquartileMean.of([[9, 1, 5], [100, 4, 7], [6, -50, 3]]) == 5)
  }

  @Test func theSameStreamGivesTheSame() throws {
    let golden = try Golden.values().scores
    let small = StratifiedBootstrap(stream: RandomStream(name: "stratified"), replicates: 200)
    let other = StratifiedBootstrap(stream: RandomStream(name: "other"), replicates: 200)
    let estimate = try small.interquartileMean(of: golden.x)
    #expect(try small.interquartileMean(of: golden.x) == estimate)
    #expect(try other.interquartileMean(of: golden.x) != estimate)
  }

  @Test func tasksMustMatch() {
    #expect(throws: Failure("1 tasks cannot be compared with 2")) {
      try bootstrap.probabilityOfImprovement(of: [[1]], over: [[1], [2]])
    }
    #expect(throws: Failure("the runs of task 1: 0 values, where at least 1 are needed")) {
      try InterquartileMean.of([[1], []])
    }
    #expect(throws: Failure("no tasks, so no mean over tasks")) { try InterquartileMean.of([]) }
  }

  /// A quantile of 5000 replicates at 2.5 % has a standard error of 0.038 standard deviations, about 0.01 interval widths.
  private func expectNear(_ interval: Interval, _ ends: [Double]) {
    let tolerance = 0.04 * (ends[1] - ends[0])
    #expect(abs(interval.low - ends[0]) < tolerance && abs(interval.high - ends[1]) < tolerance)
  }
}
