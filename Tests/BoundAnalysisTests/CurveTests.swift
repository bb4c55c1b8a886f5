import Basics
import BoundAnalysis
import Foundation
import Testing

/// What is estimated along λ.
struct CurveTests {
  private static let weights = "0,0.1,0.3,1,3,10,30,100,inf"

  private static func setting(draws: Int = 40, weights: String = weights) throws -> BoundSetting {
    BoundSetting(
      weights: try DistillationWeight.list(weights), sizes: [24], draws: draws, pilots: 1, delta: 0.1, signPairs: 2)
  }

  /// Gaps that decay to a limit, the same noise at every λ of a draw and a little of its own.
  private static func decaying(
    to limit: Double, draws: Int = 40, poolError: Double = 0, seed: Int = 0
  ) throws -> BoundCurves {
    let setting = try setting(draws: draws)
    let sweep = Records.sweep(setting) { weight, draw in
      var stream = RandomStream(name: "decaying \(seed) \(draw)")
      let common = 0.1 * (stream.uniform() - 0.5)
      stream = RandomStream(name: "decaying \(seed) \(draw) \(weight)")
      let own = 0.05 * (stream.uniform() - 0.5)
      let gap = weight.value == 0 ? 3 : limit + 0.5 * pow(weight.value, -0.6)
      return Records.Values(
        trainingLoss: 0.5, heldOutLoss: 0.5 + gap + common + own, xStar: 1 + log1p(min(weight.value, 1000)),
        heldOutError: poolError)
    }
    return try BoundCurves(sweep, setting: setting)
  }

  @Test func aDecayIsFittedToTheGapAndToTheNeededB() throws {
    let curve = try Self.decaying(to: 0.3).curves[0]
    let gap = try #require(curve.gap.value)
    #expect(abs(gap.fit.exponent.value - 0.6) < 0.05)
    #expect(try #require(gap.limit.value).contains(0.3))
    #expect(gap.fit.degreesOfFreedom == 4 && gap.fit.isWeighted)
    // B needed has the concentration term taken off, which rises.
    #expect(try #require(curve.needed.value).fit.limit.value < gap.fit.limit.value)
    let trend = try #require(curve.trend(.gap).value)
    #expect(trend.tau == -1 && trend.count == 9)
    #expect(try #require(curve.trend(.xStar).value).tau == 1)
    #expect(curve.trend(.rademacher).value == nil)
  }

  @Test func thePoolsErrorWidensTheLimitsInterval() throws {
    let sharp = try #require(try Self.decaying(to: 0.3).curves[0].gap.value?.limit.value)
    let vague = try #require(try Self.decaying(to: 0.3, poolError: 0.2).curves[0].gap.value?.limit.value)
    #expect(sharp.low > 0.25 && vague.low < 0)
  }

  /// The limit's interval covers where 40 experiments are repeated: at 95 % at most 7 misses have a probability above 0.001.
  @Test func theLimitsIntervalCovers() throws {
    let covered = try (0..<40).count { seed in
      try Self.decaying(to: 0.3, draws: 20, seed: seed + 1).curves[0].gap.value?.limit.value?.contains(0.3) == true
    }
    #expect(covered >= 33, "\(covered)")
  }

  @Test(arguments: [(0.3, Verdict.Kind.contradiction), (-0.4, .agreement), (0, .undecided)])
  func theLimitIsOnlyCalledZeroWhereItIs(limit: Double, kind: Verdict.Kind) throws {
    let verdicts = try Self.decaying(to: limit, poolError: 0.01).verdicts
    let verdict = try #require(verdicts.first { $0.question == .limit && $0.text.contains("the gap's mean") })
    #expect(verdict.kind == kind, "\(verdict.text)")
    if kind == .contradiction { #expect(verdicts[0].kind == .contradiction) }
  }

  /// scipy.interpolate.CubicSpline(log(λ), y, bc_type="natural") minimised by scipy.optimize.minimize_scalar between the
  /// neighbours of the smallest point; ∞ stands a median step, np.median(np.diff(log(λ))), after 30.
  @Test func theBestWeightAgreesWithSciPysSpline() throws {
    let setting = try Self.setting(draws: 2, weights: "0.1,0.3,1,3,10,30,inf")
    let losses = [1.0, 0.7, 0.55, 0.6, 0.8, 1.3, 2.2]
    let sweep = Records.sweep(setting, signedMaxima: [0.3, 0.4]) { weight, _ in
      Records.Values(heldOutLoss: losses[setting.weights.firstIndex(of: weight)!])
    }
    let choice = try #require(try BoundCurves(sweep, setting: setting).curves[0].choice.value)
    #expect(choice.byHeldOut.weight.text == "1" && choice.byHeldOut.value == 0.55)
    #expect(Records.isClose(choice.byHeldOut.splineWeight, 1.1738331302903529, within: 1e-6))
    #expect(Records.isClose(choice.byHeldOut.splineValue, 0.547953940529352, within: 1e-9))
    // The bound is the same at every λ: the first of equals, and no minimum between.
    #expect(choice.byBound.weight.text == "0.1" && Records.isClose(choice.byBound.splineWeight, 0.1))
    #expect(Records.isClose(choice.cost.value, 1.0 - 0.55))
    #expect(choice.picks.map(\.byBound) == [2, 0, 0, 0, 0, 0, 0])
    #expect(choice.picks.map(\.byHeldOut) == [0, 0, 2, 0, 0, 0, 0])
  }

  @Test func theCostIsThatOfEachDrawsOwnChoice() throws {
    let setting = try Self.setting(draws: 4, weights: "0,1,inf")
    // Draw 0 and 1 choose λ = 0, 2 and 3 λ = 1 by their training loss and X*; the pool prefers 1, and ∞ for the last.
    let training = [[0.1, 0.9, 2], [0.2, 0.9, 2], [0.9, 0.3, 2], [0.9, 0.1, 2]]
    let heldOut = [[1.5, 1.0, 1.2], [1.6, 1.1, 1.2], [1.7, 1.0, 1.2], [1.4, 1.3, 1.2]]
    let sweep = Records.sweep(setting, signedMaxima: [0.3, 0.4]) { weight, draw in
      let place = setting.weights.firstIndex(of: weight)!
      return Records.Values(trainingLoss: training[draw][place], heldOutLoss: heldOut[draw][place])
    }
    let choice = try #require(try BoundCurves(sweep, setting: setting).curves[0].choice.value)
    #expect(choice.picks.map(\.byBound) == [2, 2, 0] && choice.picks.map(\.byHeldOut) == [0, 3, 1])
    #expect(Records.isClose(choice.cost.value, (0.5 + 0.5 + 0 + 0.1) / 4))
    #expect(Records.isClose(choice.costOfSmallest, (0.5 + 0.5 + 0.7 + 0.2) / 4))
    #expect(choice.cost.interval.low < choice.cost.value && choice.cost.value < choice.cost.interval.high)
  }

  @Test func withoutABoundNothingIsChosenByIt() throws {
    let setting = try Self.setting(draws: 4, weights: "0,1,inf")
    let sweep = Records.sweep(setting) { _, draw in Records.Values(heldOutLoss: 1 + Double(draw)) }
    let curve = try BoundCurves(sweep, setting: setting).curves[0]
    #expect(
      curve.choice.reason == "there is a bound at 0 λ, at least 2 are needed (no signed maxima were computed)")
  }

  @Test func zeroAndInfinityHaveAPlaceOnTheAxis() throws {
    let axis = WeightAxis(try DistillationWeight.list("0,1,10,1000,inf"))
    let ten = log(10.0)
    // The steps are ln 10 and 2 ln 10: the median is between them.
    let expected = [-1.5 * ten, 0, ten, 3 * ten, 4.5 * ten]
    #expect(zip(axis.positions, expected).allSatisfy { Records.isClose($0, $1) })
    #expect(axis.weight(axis.positions[0]) == 0 && axis.weight(axis.positions[4]) == .infinity)
    #expect(Records.isClose(axis.weight(axis.positions[3]), 1000))
    #expect(WeightAxis(try DistillationWeight.list("0,inf")).positions[0] < 0)
  }

  @Test func theSameSweepGivesTheSameCurves() throws {
    #expect(try Self.decaying(to: 0.3) == Self.decaying(to: 0.3))
  }
}
