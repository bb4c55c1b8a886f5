import Basics
import BoundAnalysis
import Foundation
import Statistics
import Testing

/// What is said of the numbers, and when.
struct VerdictTests {
  private static func setting(draws: Int, weights: String = "0,1,inf", delta: Double = 0.05) throws -> BoundSetting {
    BoundSetting(
      weights: try DistillationWeight.list(weights), sizes: [24], draws: draws, pilots: 1, delta: delta, signPairs: 2)
  }

  /// Draws of which `missed` have a gap that no bound here reaches at λ = 1.
  private static func coverage(draws: Int, missed: Int) throws -> Verdict {
    let setting = try setting(draws: draws)
    let sweep = Records.sweep(setting, signedMaxima: [0.3, 0.4]) { weight, draw in
      Records.Values(heldOutLoss: weight.value == 1 && draw < missed ? 50 : 0.6 + 0.001 * Double(draw))
    }
    return try #require(try BoundCurves(sweep, setting: setting).verdicts.first { $0.question == .coverage })
  }

  @Test func coverageIsDecidedOnlyWhereTheIntervalDecides() throws {
    let all = try Self.coverage(draws: 64, missed: 0)
    #expect(all.kind == .undecided && all.size == 24)
    #expect(
      all.text
        == "With N = 24 the bound with the Rademacher estimate of B held in 64 of 64 draws (Clopper–Pearson 95 %: at least "
        + "94.4 %) at every λ; it should in 95 %: nothing speaks against it, but the interval includes smaller shares.")
    let many = try Self.coverage(draws: 80, missed: 0)
    #expect(many.kind == .agreement && many.text.hasSuffix("as it should in 95 %."))
    // Of 64 draws 3 are to be expected; 7 at one of three λ are not yet too many, 12 are.
    #expect(try Self.coverage(draws: 64, missed: 7).kind == .undecided)
    let seldom = try Self.coverage(draws: 64, missed: 8)
    #expect(seldom.kind == .undecided)
    #expect(
      seldom.text.contains(
        "it should in 95 %: taken by itself that is too seldom, as the least of 3 λ it is not so for certain"))
    let violated = try Self.coverage(draws: 64, missed: 12)
    #expect(violated.kind == .contradiction)
    #expect(violated.text.contains("it held in 52 of 64 draws (Clopper–Pearson 95 %: 69.5 % to 89.9 %) at λ = 1"))
    #expect(violated.numbers["failing"] == 1)
  }

  @Test func contradictionsComeFirstAndConditionsAfterThem() throws {
    let setting = try Self.setting(draws: 20, weights: "0,0.1,1,10,100,inf")
    // The gap rises with λ, Θ* is not localised in one draw, and R does not vanish.
    let sweep = Records.sweep(setting, signedMaxima: [5, 6]) { weight, draw in
      let place = Double(setting.weights.firstIndex(of: weight)!)
      return Records.Values(
        heldOutLoss: 1 + 0.2 * place + 0.001 * Double(draw), rSample: 0.05, rPool: 1.5 + 0.001 * Double(draw),
        isLocalised: draw != 3)
    }
    let verdicts = try BoundCurves(sweep, setting: setting).verdicts
    let order = verdicts.map { Verdict.Kind.allCases.firstIndex(of: $0.kind)! }
    #expect(order == order.sorted())
    func kinds(_ question: Verdict.Question) -> [Verdict.Kind] {
      verdicts.filter { $0.question == question }.map(\.kind)
    }
    #expect(kinds(.decrease) == [.contradiction, .contradiction])
    #expect(kinds(.representability) == [.conditionNotMet])
    #expect(kinds(.limit).first == .conditionNotMet, "a teacher that is not reached promises no limit")
    #expect(kinds(.localisation) == [.conditionNotMet, .conditionNotMet])
    #expect(
      verdicts.contains { $0.text.hasPrefix("Θ* is localised, F(Θ*) ≤ F(Θ_T), at 114 of 120 trained points") })
    #expect(kinds(.band) == [.agreement])
  }

  @Test func aGapThatStaysContradictsOnlyATeacherThatIsReached() throws {
    let setting = try Self.setting(draws: 20, weights: "0,0.1,1,10,100,inf")
    for (divergence, kind) in [(1e-4, Verdict.Kind.contradiction), (0.5, .conditionNotMet)] {
      let sweep = Records.sweep(setting, signedMaxima: [5, 6]) { _, draw in
        Records.Values(
          heldOutLoss: 1.5 + 0.001 * Double(draw), rSample: divergence, rPool: divergence + 1e-5 * Double(draw))
      }
      let limit = try #require(
        try BoundCurves(sweep, setting: setting).verdicts.first { $0.question == .limit && $0.text.contains("mean") })
      #expect(limit.kind == kind && limit.text.contains("stays above 0"), "\(limit.text)")
    }
  }

  @Test func aBandThatIsUpsideDownIsAContradiction() throws {
    let setting = try Self.setting(draws: 20)
    let sweep = Records.sweep(setting, signedMaxima: [0.1, 0.12]) { _, draw in
      Records.Values(heldOutLoss: 1.5 + 0.01 * Double(draw))
    }
    let verdict = try #require(
      try BoundCurves(sweep, setting: setting).verdicts.first { $0.question == .band })
    #expect(verdict.kind == .contradiction && verdict.text.contains("at every λ"))
  }

  @Test func whatRestsOnTheSamplesOwnMaximumIsSaid() throws {
    let setting = try Self.setting(draws: 20)
    // X* is 0.1 on the sample and 1.1 on the pool, which takes off 0.27 at δ = 0.05.
    let sweep = Records.sweep(setting) { _, draw in
      Records.Values(heldOutLoss: 0.7 + 0.001 * Double(draw), xStar: 0.1)
    }
    let verdict = try #require(
      try BoundCurves(sweep, setting: setting).verdicts.first {
        $0.question == .lossLimit && $0.text.contains("B needed")
      })
    #expect(verdict.numbers["trainingMaximum"] == 3 && verdict.numbers["heldOutMaximum"] == 0)
    #expect(verdict.text.contains("rests on X* being the maximum over the sample itself"))
  }

  @Test func setsThatOverlapAreNamed() throws {
    let setting = try Self.setting(draws: 20)
    let facts = FamilyFacts(uniformLoss: 2, lossCap: nil, population: 240, hasEqualShares: true)
    let sweep = Records.sweep(setting, facts: facts) { _, draw in Records.Values(heldOutLoss: 1 + Double(draw)) }
    let texts = try BoundCurves(sweep, setting: setting).verdicts.filter { $0.question == .independence }.map(\.text)
    // √(1 + (1/240) / ((1/24 − 1/240) / 20)) = √(1 + 20/9).
    #expect(
      texts.count == 2 && texts[0].contains("expected to share 10 % of theirs") && texts[0].contains("1.80 times"))
  }

  @Test func fewWeightsDecideNoTrend() throws {
    let setting = try Self.setting(draws: 20, weights: "0,0.1,1,inf")
    let sweep = Records.sweep(setting) { weight, draw in
      Records.Values(heldOutLoss: 2 - 0.2 * min(weight.value, 5) + 0.001 * Double(draw))
    }
    let verdict = try #require(
      try BoundCurves(sweep, setting: setting).verdicts.first { $0.question == .decrease })
    // All four in order: 2 of 24 orders are as extreme.
    #expect(verdict.kind == .undecided && verdict.text.contains("permutation p = 0.083"))
  }

  /// All λ share the draws: chance bends a curve as a whole, and its τ is 1 or −1 as often as not.
  @Test func aTrendThatIsChanceIsNotDecided() throws {
    let setting = try Self.setting(draws: 20, weights: "0,0.1,1,10,100,1000,inf")
    let sweep = Records.sweep(setting) { weight, draw in
      // Each draw has a slope of its own, of either sign, and the mean of these is not quite 0.
      let slope = 0.1 * (Double(draw * 7 % 20) - 9) / 20
      return Records.Values(heldOutLoss: 2 + slope * Double(setting.weights.firstIndex(of: weight)!))
    }
    let curves = try BoundCurves(sweep, setting: setting)
    let trend = try #require(curves.curves[0].trends.first { $0.quantity == .gap })
    #expect(trend.trend.value?.tau == 1 && trend.trend.value!.pValue < 0.001)
    #expect(try #require(trend.fall.value).interval.contains(0))
    let verdict = try #require(
      curves.verdicts.first { $0.question == .decrease && $0.text.contains("the gap's mean") })
    #expect(verdict.kind == .undecided, "\(verdict.text)")
  }

  @Test func theFallIsPairedByDrawAndHasThePoolsError() throws {
    func fall(poolError: Double) throws -> [Known<Estimate>] {
      let setting = try Self.setting(draws: 20)
      var sweep = Records.sweep(setting) { weight, draw in
        // Draws differ by far more than λ does.
        Records.Values(
          heldOutLoss: 2 + Double(draw) - (weight.value == .infinity ? 0.3 : 0), xStar: weight.value == 0 ? 1 : 2,
          heldOutError: poolError)
      }
      sweep.signedMaxima = setting.weights.flatMap { weight in
        (0..<4).map { draw in
          SignedMaximum(
            weight: weight, draw: TrainingDraw(.estimate, size: 24, index: draw),
            value: weight.value == 0 ? 1 + Double(draw) : 0.5 + Double(draw))
        }
      }
      return try BoundCurves(sweep, setting: setting).curves[0].trends.map(\.fall)
    }
    let names = CurveTrend.Quantity.allCases
    let sharp = try #require(try fall(poolError: 0)[names.firstIndex(of: .gap)!].value)
    #expect(Records.isClose(sharp.value, 0.3) && sharp.interval.high - sharp.interval.low < 1e-9)
    let vague = try #require(try fall(poolError: 0.1)[names.firstIndex(of: .gap)!].value)
    // 1.96 √2 · 0.1 on either side.
    #expect(Records.isClose(vague.interval.high - vague.value, 0.27718, within: 1e-4))
    let xStar = try #require(try fall(poolError: 0.1)[names.firstIndex(of: .xStar)!].value)
    #expect(xStar.value == -1 && xStar.interval.low == -1)
    #expect(try fall(poolError: 0)[names.firstIndex(of: .rademacher)!].value?.value == 0.5)
  }

  @Test func aBThatIsNeverNeededIsNotSaidToFall() throws {
    let setting = try Self.setting(draws: 20, weights: "0,0.1,1,10,100,inf")
    // X* rises and the gap stays: B needed falls, but from a value below 0.
    let sweep = Records.sweep(setting) { weight, draw in
      Records.Values(
        heldOutLoss: 0.6 + 0.001 * Double(draw), xStar: 1 + Double(setting.weights.firstIndex(of: weight)!))
    }
    let verdicts = try BoundCurves(sweep, setting: setting).verdicts
    let about = verdicts.filter { $0.text.contains("B needed") && [.decrease, .limit].contains($0.question) }
    #expect(about.map(\.kind) == [.remark])
    #expect(about[0].text.hasPrefix("With N = 24 no B is needed for certain at any λ"))
  }

  @Test func aBestWeightThatIsInfiniteCanBeStored() throws {
    let setting = try Self.setting(draws: 20)
    let sweep = Records.sweep(setting, signedMaxima: [0.3, 0.4]) { weight, draw in
      Records.Values(heldOutLoss: 2 - (weight.value == .infinity ? 0.5 : 0) + 0.01 * Double(draw))
    }
    let verdicts = try BoundCurves(sweep, setting: setting).verdicts
    #expect(verdicts.contains { $0.question == .choice && $0.text.contains("at λ = ∞") })
    #expect(try JSONDecoder().decode([Verdict].self, from: JSONEncoder().encode(verdicts)) == verdicts)
  }
}
