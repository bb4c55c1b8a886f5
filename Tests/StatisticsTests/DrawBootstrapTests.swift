import Basics
import Statistics
import Testing

struct DrawBootstrapTests {
  @Test func aMeanHasNearlyTheNormalInterval() throws {
    // Of 100 values the percentile interval of the mean is that of the normal distribution but for a few per cent.
    let values = (0..<100).map { Double($0 * 37 % 100) / 100 }
    let spread = Spread(values)
    let estimate = try DrawBootstrap(stream: RandomStream(name: "bootstrap"), replicates: 20_000).mean(of: values)
    let margin = 1.959964 * spread.deviation / 10
    #expect(agree([estimate.value], [spread.mean]))
    #expect(abs(estimate.interval.high - estimate.value - margin) < 0.04 * margin)
    #expect(abs(estimate.value - estimate.interval.low - margin) < 0.04 * margin)
  }

  @Test func theSameStreamResamplesTheSameWhateverTheStatistic() throws {
    let bootstrap = DrawBootstrap(stream: RandomStream(name: "bootstrap"), replicates: 120)
    let sums = try bootstrap.values(of: 5) { Double($0.reduce(0, +)) }
    let first = try bootstrap.values(of: 5) { Double($0[0]) }
    let rest = try bootstrap.values(of: 5) { Double($0.dropFirst().reduce(0, +)) }
    #expect(zip(sums, zip(first, rest)).allSatisfy { $0 == $1.0 + $1.1 })
    #expect(Set(first) == [0, 1, 2, 3, 4])
  }

  @Test func whatHasNoIntervalIsRefused() {
    let bootstrap = DrawBootstrap(stream: RandomStream(name: "bootstrap"))
    #expect(throws: Failure("a mean over draws: 1 values, where at least 2 are needed")) {
      try bootstrap.mean(of: [1])
    }
    #expect(throws: Failure("a mean over draws: value 0 is inf, not a finite number")) {
      try bootstrap.mean(of: [.infinity, 1])
    }
  }
}
