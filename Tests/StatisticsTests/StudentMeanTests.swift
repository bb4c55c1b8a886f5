import Basics
import Statistics
import Testing

struct StudentMeanTests {
  @Test func agreesWithSciPy() throws {
    for golden in try Golden.values().studentMeans {
      let estimate = try Estimate.studentMean(of: golden.values)
      #expect(
        agree(
          [estimate.value, estimate.interval.low, estimate.interval.high], [golden.mean, golden.low, golden.high]))
      #expect(estimate.interval.level == 0.95)
    }
  }

  @Test func oneValueHasNoInterval() {
    #expect(throws: Failure("a t interval: 1 values, where at least 2 are needed")) {
      try Estimate.studentMean(of: [0.5])
    }
    #expect(throws: Failure("a t interval: value 1 is nan, not a finite number")) {
      try Estimate.studentMean(of: [0.5, .nan])
    }
  }
}
