import Basics
import BoundAnalysis
import Foundation
import Testing

struct OrderStatisticTests {
  @Test func theLeastCountIsTheFirstThatHasALimit() {
    for share in [0.8, 0.9, 0.95, 0.99] {
      let least = OrderStatistic.leastCount(ofQuantile: share)
      #expect(OrderStatistic.upperLimit(ofQuantile: share, count: least) == least)
      #expect(OrderStatistic.upperLimit(ofQuantile: share, count: least - 1) == nil)
    }
    #expect(OrderStatistic.leastCount(ofQuantile: 0.95) == 59 && OrderStatistic.leastCount(ofQuantile: 0.9) == 29)
  }

  /// scipy.stats.binom.ppf(0.95, n, share) + 1 of SciPy 1.17.1.
  @Test(arguments: [(0.9, 64, 62), (0.8, 64, 57), (0.95, 200, 196), (0.5, 11, 9)])
  func ranksAgreeWithSciPy(share: Double, count: Int, rank: Int) {
    #expect(OrderStatistic.upperLimit(ofQuantile: share, count: count) == rank)
  }

  /// On exponential values, whose quantile is −ln δ.
  @Test(arguments: [0.2, 0.1, 0.05])
  func theLimitCoversTheQuantileAndPredictionANewValue(delta: Double) throws {
    var stream = RandomStream(name: "order statistics \(delta)")
    let count = 79
    let limit = try #require(OrderStatistic.upperLimit(ofQuantile: 1 - delta, count: count))
    let prediction = try #require(OrderStatistic.prediction(1 - delta, count: count))
    // (79 + 1)(1 − δ) is whole: the prediction covers neither more nor less.
    #expect(prediction == Int((80 * (1 - delta)).rounded()))
    let trials = 4000
    var (covered, predicted) = (0, 0)
    for _ in 0..<trials {
      let values = (0..<count).map { _ in -log(1 - stream.uniform()) }.sorted()
      if values[limit - 1] >= -log(delta) { covered += 1 }
      if -log(1 - stream.uniform()) <= values[prediction - 1] { predicted += 1 }
    }
    let nominal = 4 * (0.95 * 0.05 / Double(trials)).squareRoot()
    #expect(Double(covered) / Double(trials) > 0.95 - nominal, "\(covered)")
    let deviation = 4 * (delta * (1 - delta) / Double(trials)).squareRoot()
    #expect(abs(Double(predicted) / Double(trials) - (1 - delta)) < deviation, "\(predicted)")
  }
}
