import Basics
import BoundAnalysis
import Testing

/// Estimates of six draws beside NumPy's, so that their formulas are those that are documented.
struct PointEstimatesTests {
  private static let trainingLosses = [0.50, 0.62, 0.41, 0.70, 0.55, 0.47]
  private static let heldOutLosses = [1.10, 1.00, 1.25, 0.95, 1.12, 1.30]
  private static let xStars = [2.0, 2.6, 1.5, 3.1, 2.2, 1.8]
  private static let zeroShot = [1.40, 1.65, 1.20, 1.80, 1.52, 1.31]
  private static let variances = [0.2, 0.3, 0.1, 0.4, 0.25, 0.15]

  private static func setting(draws: Int = 6, delta: Double = 0.2) throws -> BoundSetting {
    BoundSetting(
      weights: try DistillationWeight.list("0,1,inf"), sizes: [24], draws: draws, pilots: 1, delta: delta, signPairs: 3)
  }

  private static func sweep(_ setting: BoundSetting, facts: FamilyFacts? = nil) -> FamilySweep {
    Records.sweep(
      setting, radius: 0.002, facts: facts ?? FamilyFacts(uniformLoss: 1, lossCap: 20),
      signedMaxima: [0.30, 0.26, 0.36], zeroShotTrainingLosses: zeroShot
    ) { _, draw in
      Records.Values(
        trainingLoss: trainingLosses[draw], heldOutLoss: heldOutLosses[draw], variance: variances[draw],
        xStar: xStars[draw], rPool: draw == 3 ? 0.003 : 0.001, isLocalised: true)
    }
  }

  private static func estimates(_ form: any BoundForm = AdditiveForm()) throws -> PointEstimates {
    let setting = try setting()
    return try #require(
      BoundCurves(sweep(setting), setting: setting, form: form).curves[0].points[1].estimates.value)
  }

  /// With d = 0.2, N = 24 and gap = ho - tr, c = xs * sqrt(log(1 / d) / (2 * N)) in NumPy 2: gap.mean(),
  /// quantile(gap, 1 - d), gap.std(ddof=1) / sqrt(6), scipy.stats.linregress(1.5 - zt, gap).slope, c.mean(),
  /// quantile(gap - c, 1 - d), (c + R.mean()).mean(), sum(gap <= c + R.mean()).
  @Test func agreeWithNumPy() throws {
    let estimates = try Self.estimates()
    func expect(_ value: Double, _ golden: Double, _ name: Comment) { #expect(Records.isClose(value, golden), name) }
    expect(estimates.gap.value, 0.5783333333333335, "mean gap")
    expect(estimates.gapQuantile.value, 0.83, "quantile")
    expect(estimates.gapError, 0.09652000368375001, "error")
    let beyond = try #require(estimates.gapBeyondZeroShot.value)
    expect(beyond.beta, 1.0417680454176805, "β")
    expect(beyond.mean.value, 0.5574979724249797, "gap beyond zero-shot")
    let bound = estimates.onSample
    expect(bound.concentration, 0.4028461114417909, "concentration")
    expect(bound.neededUnclipped, 0.5003986360930803, "B needed")
    expect(estimates.rademacher.value!.mean.value, 0.3066666666666667, "Rademacher")
    expect(estimates.rademacher.value!.mean.error, 0.029059326290271154, "its error")
    expect(bound.bound.value!, 0.7095127781084577, "bound")
    #expect(bound.coverage.value?.successes == 4 && bound.coverage.value?.trials == 6)
    expect(estimates.lossBound.value!, 0.7095127781084577 + 3.25 / 6, "bound on the loss")
    let heldOut = try #require(estimates.bound(.heldOutMaximum))
    // The largest over all draws: 3.1, and 1 more on the pool.
    #expect(heldOut.largestLoss == 4.1)
    expect(heldOut.concentration, 4.1 * 0.18311186883717768, "concentration, held-out X")
    let cap = try #require(estimates.bound(.dataFreeCap))
    expect(cap.concentration, 3.6622373767435534, "concentration, cap")
    #expect(cap.needed == 0 && cap.neededUnclipped < 0)
    // exp(3.1) * sqrt(2 * 0.002): X of all draws, ρ of the pilot.
    expect(bound.certificate.value!, 1.4039217087761786, "certificate")
    #expect(bound.isCertificateVacuous == false)
  }

  @Test func otherFormsAgreeWithNumPy() throws {
    let bernstein = try Self.estimates(EmpiricalBernsteinForm()).onSample
    #expect(Records.isClose(bernstein.concentration, 0.720587809573067))
    #expect(Records.isClose(bernstein.neededUnclipped, 0.23987442892984))
    let multiplicative = try Self.estimates(MultiplicativeForm()).onSample
    #expect(Records.isClose(multiplicative.neededUnclipped, 2.518193463041597))
    #expect(multiplicative.bound.value == nil && multiplicative.coverage.reason != nil)
  }

  @Test func whatIsVacuousIsCalledSo() throws {
    let setting = try Self.setting()
    let curves = try BoundCurves(Self.sweep(setting), setting: setting)
    let estimates = try #require(curves.curves[0].points[1].estimates.value)
    // 0.54 + 0.71 is above ln C = 1 and below zero-shot's 1.5.
    #expect(curves.exceedsUniformLoss(estimates, estimates.onSample) == true)
    #expect(curves.exceedsZeroShot(estimates, estimates.onSample) == false)
  }

  @Test func sharesAreOfAllDrawsAndEstimatesOfTheLocalisedOnes() throws {
    let setting = try Self.setting()
    let sweep = Records.sweep(setting, radius: 0.002) { _, draw in
      var values = Records.Values()
      values.trainingLoss = Self.trainingLosses[draw]
      values.rPool = draw == 3 ? 0.003 : 0.001
      values.isLocalised = draw != 2 && draw != 5
      return values
    }
    let point = try BoundCurves(sweep, setting: setting).curves[0].points[1]
    #expect(point.draws == 6 && point.localised == 4 && point.inSet == 5 && point.converged == 6)
    #expect(point.radius == 0.002)
    let expected = 1 - (0.50 + 0.62 + 0.70 + 0.55) / 4
    #expect(Records.isClose(try #require(point.estimates.value).gap.value, expected))
    let first = try BoundCurves(sweep, setting: setting).curves[0].points[0]
    #expect(first.radius == .infinity && first.inSet == 6)
    #expect(first.estimates.value?.onSample.certificate.reason == "ρ is infinite: nothing constrains Θ")
  }

  @Test func aSoftenedTeacherHasNoCertificate() throws {
    let setting = try Self.setting()
    let sweep = Self.sweep(setting, facts: FamilyFacts(uniformLoss: 1, lossCap: nil, temperature: 2))
    let estimates = try #require(BoundCurves(sweep, setting: setting).curves[0].points[1].estimates.value)
    #expect(estimates.onSample.certificate.reason?.hasPrefix("the teacher is softened by τ = 2.0") == true)
    #expect(estimates.bound(.dataFreeCap) == nil && estimates.bounds.count == 2)
  }

  @Test(arguments: [(58, 0.05, false), (59, 0.05, true), (28, 0.1, false), (29, 0.1, true)])
  func theUpperLimitNeedsEnoughDraws(draws: Int, delta: Double, isKnown: Bool) throws {
    let setting = try Self.setting(draws: draws, delta: delta)
    let sweep = Records.sweep(setting) { _, draw in Records.Values(heldOutLoss: 2 + Double(draw)) }
    let bound = try #require(BoundCurves(sweep, setting: setting).curves[0].points[1].estimates.value).onSample
    if isKnown {
      // The largest: gap 1.5 + draws − 1 less the concentration term.
      #expect(Records.isClose(bound.neededHigh.value! + bound.concentration, 0.5 + Double(draws)))
    } else {
      #expect(bound.neededHigh.reason == "\(draws) draws are too few, \(draws + 1) are needed")
    }
  }

  @Test func halvesThatAreTooSmallAreNotFittedOn() throws {
    let setting = try Self.setting(draws: 36, delta: 0.05)
    let sweep = Records.sweep(setting) { _, draw in Records.Values(heldOutLoss: 2 + Double(draw)) }
    let bound = try #require(BoundCurves(sweep, setting: setting).curves[0].points[1].estimates.value).onSample
    #expect(
      bound.crossFittedCoverage.reason
        == "half of the draws are 18, too few for a share of 1 − δ: 19 are needed")
  }

  @Test func everyOtherDrawFixesTheBOfTheRest() throws {
    // 20 draws, δ = 0.2: of the ten with even index (gaps 1, 3, …, 19) and those with odd index (2, 4, …, 20) the ninth.
    let setting = try Self.setting(draws: 20)
    let sweep = Records.sweep(setting) { _, draw in Records.Values(trainingLoss: 1, heldOutLoss: 2 + Double(draw)) }
    let bound = try #require(BoundCurves(sweep, setting: setting).curves[0].points[1].estimates.value).onSample
    let fitted = try #require(bound.crossFitted.value)
    #expect(Records.isClose(fitted[0] + bound.concentration, 17))
    #expect(Records.isClose(fitted[1] + bound.concentration, 18))
    // 17 covers 2 … 16 of the odd ones, 18 covers 1 … 17 of the even ones.
    #expect(bound.crossFittedCoverage.value?.successes == 8 + 9 && bound.crossFittedCoverage.value?.trials == 20)
  }

  @Test func aSweepThatIsNotFitForEstimatesIsRefused() throws {
    let setting = try Self.setting()
    var sweep = Self.sweep(setting)
    sweep.draws.removeLast(5)
    #expect(throws: Failure("records: 1 draws of 24 samples, where at least 2 are needed")) {
      try BoundCurves(sweep, setting: setting)
    }
    let bad = Records.sweep(setting) { weight, draw in
      Records.Values(heldOutLoss: weight.value == 1 && draw == 4 ? .nan : 1)
    }
    #expect(
      throws: Failure("records, 24 samples, draw 4, λ = 1: the held-out loss is nan, not a finite number")
    ) { try BoundCurves(bad, setting: setting) }
    var other = setting
    other.weights = try DistillationWeight.list("0,inf")
    #expect(throws: Failure("records, 24 samples, draw 0: its λ are not those that were asked for")) {
      try BoundCurves(Self.sweep(setting), setting: other)
    }
    var twice = Self.sweep(setting)
    twice.draws.append(twice.draws[0])
    #expect(throws: Failure("records: a draw of 24 samples is there twice")) {
      try BoundCurves(twice, setting: setting)
    }
  }
}
