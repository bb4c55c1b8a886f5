import Basics
import Statistics
import Testing

struct HolmCorrectionTests {
  @Test func byHand() throws {
    // In order 0.01 · 3, then 0.02 · 2 = 0.04, then 0.03 · 1, which must not be below the one before.
    #expect(agree(try HolmCorrection.adjusted([0.03, 0.01, 0.02]), [0.04, 0.03, 0.04]))
    #expect(try HolmCorrection.adjusted([0.6, 0.7]) == [1, 1])
    #expect(try HolmCorrection.adjusted([]) == [])
  }

  @Test func agreesWithStatsmodels() throws {
    for golden in try Golden.values().holm {
      #expect(agree(try HolmCorrection.adjusted(golden.values), golden.adjusted))
    }
  }

  @Test func aProbabilityIsAtMostOne() {
    #expect(throws: Failure("p value 1 is 1.5, not in [0, 1]")) { try HolmCorrection.adjusted([0.1, 1.5]) }
    #expect(throws: Failure("p value 0 is nan, not in [0, 1]")) { try HolmCorrection.adjusted([.nan]) }
  }
}
