import Basics
import BoundAnalysis
import CGSL
import Foundation
import Statistics
import Testing

/// Estimates on a problem with known truth.
struct GaussianTests {
  /// The bound made wrong on purpose: a fifth of the concentration term, and no B.
  struct FifthForm: BoundForm {
    static let name = "fifth"
    static let summary = "gap ≤ X* √(ln(1/δ) / 2N) / 5"
    func concentration(largestLoss: Double, lossVariance: Double, size: Int, delta: Double) -> Double {
      AdditiveForm().concentration(largestLoss: largestLoss, lossVariance: lossVariance, size: size, delta: delta) / 5
    }
    func bound(concentration: Double, complexity: Double) -> Double { concentration }
    func neededComplexity(gap: Double, concentration: Double) -> Double { gap - concentration }
    func complexity(rademacher: Double) -> Double? { 0 }
  }

  private static func setting(size: Int, draws: Int, pilots: Int) throws -> BoundSetting {
    BoundSetting(
      weights: try DistillationWeight.list("0.1,1,inf"), sizes: [size], draws: draws, pilots: pilots, seed: 5,
      signPairs: min(draws, 400))
  }

  @Test func estimatesAgreeWithQuadrature() throws {
    let family = GaussianFamily(seed: 5)
    // Two samples a set, so that truth is an integral over a plane; so many pilots that Θ* is in H_λ but for one draw in 400.
    var setting = try Self.setting(size: 2, draws: 600, pilots: 400)
    let sweep = try PlainSweep.of(family, setting)
    let truth = GaussianTruth()
    let deltas = [0.2, 0.1, 0.05]
    let curves = try deltas.map { delta in
      setting.delta = delta
      return try BoundCurves(sweep, setting: setting).curves[0]
    }
    for (index, weight) in setting.weights.enumerated() {
      let pairs = truth.pairs(family, weight: weight.value)
      let suprema = truth.suprema(radius: sweep.radius(weight, size: 2))
      let gap = pairs.reduce(0) { $0 + $1.probability * $1.gap }
      #expect(abs(pairs.reduce(0) { $0 + $1.probability } - 1) < 1e-9)
      for (delta, curve) in zip(deltas, curves) {
        let point = curve.points[index]
        let estimates = try #require(point.estimates.value)
        let place = "λ = \(weight), δ = \(delta)"
        #expect(point.localised == point.draws, "\(place)")
        let error = (estimates.gapError * estimates.gapError + pow(estimates.heldOutPoolError, 2)).squareRoot()
        #expect(abs(estimates.gap.value - gap) < 4 * error, "\(place)")

        // B needed is the 1 − δ quantile of this distribution.
        func needed(_ gap: Double, _ xStar: Double) -> Double {
          let form = AdditiveForm()
          return gap - form.concentration(largestLoss: xStar, lossVariance: 0, size: 2, delta: delta)
        }
        let distribution = pairs.map { (value: needed($0.gap, $0.xStar), probability: $0.probability) }
          .sorted { $0.value < $1.value }
        func probability(upTo value: Double) -> Double {
          distribution.reduce(0) { $0 + ($1.value <= value ? $1.probability : 0) }
        }
        // The pool shifts the gaps of all draws alike, and the nodes leave steps in the distribution.
        let slack = 4 * estimates.heldOutPoolError
        let deviation = 4 * (delta * (1 - delta) / Double(setting.draws)).squareRoot() + 0.005
        let found = estimates.onSample.neededUnclipped
        #expect(probability(upTo: found - slack) < 1 - delta + deviation, "\(place)")
        #expect(probability(upTo: found + slack) > 1 - delta - deviation, "\(place)")

        // With the true B the bound holds in a share 1 − δ of the draws, no more and no less.
        var sum = 0.0
        let trueNeeded = distribution.first {
          sum += $0.probability
          return sum >= 1 - delta
        }!.value
        let values = sweep.draws.map { needed($0.points[index].gap, $0.points[index].xStar) }
        #expect(
          Double(values.count { $0 <= trueNeeded + slack }) / Double(values.count) > 1 - delta - deviation, "\(place)")
        #expect(
          Double(values.count { $0 <= trueNeeded - slack }) / Double(values.count) < 1 - delta + deviation, "\(place)")

        // The band of B: mean gap ≤ E sup ≤ Rademacher, whose estimate is right but for the grid's and the pool's error.
        let rademacher = try #require(estimates.rademacher.value)
        #expect(gap <= suprema.expected + 1e-3, "\(place): \(gap), \(suprema)")
        #expect(suprema.expected <= suprema.rademacher + 1e-9, "\(place)")
        #expect(abs(rademacher.mean.value - suprema.rademacher) < 4 * rademacher.mean.error + 0.01, "\(place)")
        #expect(estimates.gap.interval.low < suprema.expected + slack, "\(place)")

        // The coverage of the bound with that estimate, for X* from the sample: of two samples it can be small, and the
        // share can be below 1 − δ, which no inequality forbids. With a cap that bounds all losses it must not be.
        let right = distribution.filter { $0.value <= rademacher.mean.value }.reduce(0) { $0 + $1.probability }
        let coverage = try #require(estimates.onSample.coverage.value)
        let spread = 4 * (right * (1 - right) / Double(setting.draws)).squareRoot() + 0.01
        #expect(abs(coverage.share - right) < spread, "\(place): \(coverage.share), \(right)")
        let capped = try #require(estimates.bound(.dataFreeCap)?.coverage.value)
        #expect(capped.interval.high >= 1 - delta, "\(place)")
      }
    }
  }

  @Test func aBoundThatIsWrongOnPurposeIsReportedAsViolated() throws {
    let family = GaussianFamily(seed: 6)
    let setting = try Self.setting(size: 24, draws: 100, pilots: 10)
    let sweep = try PlainSweep.of(family, setting)
    let wrong = try BoundCurves(sweep, setting: setting, form: FifthForm()).verdicts
    let violated = wrong.filter { $0.kind == .contradiction }.map(\.question)
    #expect(violated.contains(.coverage) && violated.contains(.crossFittedCoverage))
    #expect(wrong[0].kind == .contradiction)
    let first = try #require(wrong.first { $0.question == .coverage })
    #expect(first.text.hasPrefix("With N = 24 the bound with the Rademacher estimate of B is violated: it held in "))

    let right = try BoundCurves(sweep, setting: setting).verdicts
    #expect(!right.contains { $0.kind == .contradiction && $0.question == .coverage })
    #expect(!right.contains { $0.kind == .contradiction && $0.question == .crossFittedCoverage })
  }

  /// With 38 draws a half has 19, and the order statistic of each δ covers a new draw with probability exactly 1 − δ.
  @Test(arguments: [0.2, 0.1, 0.05])
  func crossFittedCoverageIsNominal(delta: Double) throws {
    var family = GaussianFamily(seed: 7, poolCount: 2000)
    var (held, tested) = (0, 0)
    let weights = try DistillationWeight.list("0.1,inf")
    for seed in 0..<60 {
      let setting = BoundSetting(
        weights: weights, sizes: [2], draws: 38, pilots: 1, delta: delta, seed: UInt64(seed), signPairs: 0)
      family.seed = UInt64(seed)
      let curves = try BoundCurves(PlainSweep.of(family, setting), setting: setting)
      let estimates = try #require(curves.curves[0].points[0].estimates.value)
      let share = try #require(estimates.onSample.crossFittedCoverage.value)
      // B is needed: else clipping at 0 would raise the coverage.
      #expect(try #require(estimates.onSample.crossFitted.value).allSatisfy { $0 > 0 })
      held += share.successes
      tested += share.trials
    }
    // Draws that one B tests are not independent: the variance of a half's share is that of a Beta distribution, δ(1 − δ)/20,
    // and the binomial one.
    let variance = delta * (1 - delta) * (1 / Double(tested) + 1 / (20.0 * 120))
    #expect(abs(Double(held) / Double(tested) - (1 - delta)) < 4 * variance.squareRoot(), "\(held) of \(tested)")
  }

  @Test func aTeacherThatTheStudentCannotRepresentIsNamed() throws {
    let setting = BoundSetting(
      weights: try DistillationWeight.list("0,0.1,1,10,inf"), sizes: [8, 32], draws: 40, pilots: 5, delta: 0.1, seed: 3)
    func verdicts(bias: Double) throws -> [Verdict] {
      let family = GaussianFamily(seed: 3, poolCount: 2000, teacherBias: bias)
      return try BoundCurves(PlainSweep.of(family, setting), setting: setting).verdicts
    }
    #expect(try verdicts(bias: 0).filter { $0.question == .representability }.map(\.kind) == [.agreement, .agreement])
    #expect(
      try verdicts(bias: 3).filter { $0.question == .representability }.map(\.kind)
        == [.conditionNotMet, .conditionNotMet])
  }

  @Test func theGapFallsWithTheSize() throws {
    let setting = BoundSetting(
      weights: try DistillationWeight.list("0,inf"), sizes: [16, 64], draws: 400, pilots: 1, delta: 0.1, seed: 4,
      signPairs: 0)
    let family = GaussianFamily(seed: 4, isPoolRandom: false)
    let curves = try BoundCurves(PlainSweep.of(family, setting), setting: setting)
    // One parameter: the gap of the minimiser goes as 1/N (Akaike 1974).
    let line = try #require(curves.gapBySize[0].line.value)
    #expect(line.sizes == [16, 64])
    #expect(abs(line.slope.value + 1) < 3 * line.slope.error && line.slope.value < -0.6)
    // At λ = ∞ the predictor is fixed: no gap, no slope.
    #expect(
      curves.gapBySize[1].line.reason
        == "the mean gap is above 0 for certain at 0 of 2 sizes, 2 are needed")
  }

  @Test func theBudgetsInfluenceIsPairedByDraw() throws {
    let setting = BoundSetting(
      weights: try DistillationWeight.list("0,1,inf"), sizes: [8], draws: 12, pilots: 2, delta: 0.1, seed: 8,
      budget: 60, signPairs: 0, otherBudgets: [2], otherBudgetDraws: 6)
    let sweep = try PlainSweep.of(GaussianFamily(seed: 8, poolCount: 500), setting)
    let curves = try BoundCurves(sweep, setting: setting)
    #expect(curves.budgets.map(\.budget) == [2, 60, 2, 60, 2, 60])
    #expect(curves.budgets.map(\.isMain) == [false, true, false, true, false, true])
    let short = curves.budgets[0]
    #expect(short.draws == 6)
    let change = (0..<6).reduce(0.0) { sum, index in
      sum + sweep.otherBudgets[index].points[0].gap - sweep.draws[index].points[0].gap
    }
    let found = try #require(short.gapChange).value
    #expect(abs(change) > 0.01 && abs(found - change / 6) < 1e-12)
    #expect(curves.verdicts.contains { $0.question == .budget && $0.size == 8 })
  }
}
