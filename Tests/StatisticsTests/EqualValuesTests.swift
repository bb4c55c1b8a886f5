import Basics
import Statistics
import Testing

/// Draws that are all alike, as divergences of a teacher that is reached: interpolation between equal replicates rounds either
/// way, which must not turn an interval around.
struct EqualValuesTests {
  @Test func theBootstrapOfEqualValuesIsThisValue() throws {
    let bootstrap = DrawBootstrap(stream: RandomStream(purpose: "equal", task: "", seed: 1), replicates: 200)
    for divisor in 1...200 {
      let value = 1e-16 / Double(divisor)
      let estimate = try bootstrap.mean(of: Array(repeating: value, count: 3))
      #expect(estimate.interval.low <= estimate.interval.high)
      #expect(abs(estimate.interval.low / value - 1) < 1e-12 && abs(estimate.interval.high / value - 1) < 1e-12)
    }
  }
}
