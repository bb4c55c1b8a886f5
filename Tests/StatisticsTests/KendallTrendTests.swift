import Basics
import Statistics
import Testing

struct KendallTrendTests {
  private let stream = RandomStream(name: "trend tests")

  /// scipy.stats.kendalltau(range(7), y) of SciPy 1.17.1, with method="exact" where there are no ties; with ties p is the share
  /// of all permutations by itertools, where SciPy would take a normal approximation.
  @Test(arguments: [
    ([9.0, 7, 8, 5, 4, 4.5, 1], -0.8095238095238096, 0.010714285714285714),
    ([3, 1, 2, 7, 6, 5, 4], 0.23809523809523814, 0.5619047619047619),
    ([1, 2, 2, 3, 3, 5, 4], 0.8510644963469901, 0.007936507936507936),
  ])
  func agreesWithSciPy(y: [Double], tau: Double, p: Double) throws {
    let trend = try KendallTrend(of: y, with: (0..<7).map(Double.init), stream: stream)
    #expect(trend.isExact && trend.count == 7)
    #expect(agree([trend.tau, trend.pValue], [tau, p]))
  }

  /// scipy.stats.kendalltau(range(12), y, method="exact").
  @Test func drawnPermutationsComeNearAll() throws {
    let y = [2.0, 5, 1, 9, 4, 3, 11, 7, 0, 8, 6, 10]
    let trend = try KendallTrend(of: y, with: (0..<12).map(Double.init), stream: stream)
    let exact = 0.24957952123750735
    #expect(!trend.isExact && agree([trend.tau], [0.2727272727272727]))
    #expect(abs(trend.pValue - exact) < 4 * (exact * (1 - exact) / 20_000).squareRoot())
    #expect(try trend == KendallTrend(of: y, with: (0..<12).map(Double.init), stream: stream))
    // The observed order is among those that are counted: never 0.
    let straight = (0..<40).map(Double.init)
    #expect(try KendallTrend(of: straight, with: straight, stream: stream, draws: 99).pValue == 0.01)
  }

  @Test func whatHasNoTrendIsRefused() {
    #expect(throws: Failure("a trend: 2 values, where at least 3 are needed")) {
      try KendallTrend(of: [1, 2], with: [1, 2], stream: stream)
    }
    #expect(throws: Failure("a trend: value 1 is nan, not a finite number")) {
      try KendallTrend(of: [1, .nan, 2], with: [1, 2, 3], stream: stream)
    }
    #expect(throws: Failure("a trend: all values are equal")) {
      try KendallTrend(of: [1, 1, 1], with: [1, 2, 3], stream: stream)
    }
    #expect(throws: Failure("a trend: 3 and 4 values")) {
      try KendallTrend(of: [1, 2, 3, 4], with: [1, 2, 3], stream: stream)
    }
  }
}
