import Basics
import BoundAnalysis
import CGSL
import Foundation
import Statistics
import Testing

/// The PAC-Bayes bound: its numbers, and that it holds where the truth is known.
struct PACBayesTests {
  @Test func theDivergenceOfTwoCoinsIsInverted() {
    #expect(BernoulliDivergence.of(0.5, 0.5) == 0)
    // 0.25 ln(0.25 / 0.5) + 0.75 ln(0.75 / 0.5)
    #expect(abs(BernoulliDivergence.of(0.25, 0.5) - 0.130812035941137) < 1e-14)
    for q in [0, 0.001, 0.1, 0.5, 0.9] {
      for divergence in [1e-6, 0.01, 0.3] {
        let p = BernoulliDivergence.largestProbability(q, within: divergence)
        #expect(p > q && p < 1)
        #expect(abs(BernoulliDivergence.of(q, p) - divergence) < 1e-6, "q = \(q), \(divergence)")
      }
      #expect(BernoulliDivergence.largestProbability(q, within: 0) == q)
      #expect(BernoulliDivergence.largestProbability(q, within: 1e6) == 1)
    }
    // 1 to all digits.
    #expect(BernoulliDivergence.largestProbability(0.999, within: 0.3) == 1)
    #expect(BernoulliDivergence.largestProbability(1, within: 0.1) == 1)
    // 1 − e^(−0.3) without errors.
    #expect(abs(BernoulliDivergence.largestProbability(0, within: 0.3) - 0.259181779318282) < 1e-14)
  }

  @Test func theBoundIsItsFormula() {
    #expect(PACBayesBound.deviations.count == 9)
    #expect(PACBayesBound.divergence(squaredDistance: 3, deviation: 0.5) == 6)
    let bound = PACBayesBound(size: 100, delta: 0.05)
    // No errors on the training set, and these known without doubt: 1 − exp(−(KL + ln(2 · 10 · 9 / 0.045)) / 100).
    let plain = bound.promise(trainingError: 0, divergence: 2)
    #expect(abs(plain - (1 - exp(-(2 + log(4000.0)) / 100))) < 1e-12)
    // Known from 50 predictors only: each may err in a share of 1 − exp(−ln(1 / 0.005) / 50).
    let error = 1 - exp(-log(200.0) / 50)
    let expected = BernoulliDivergence.largestProbability(error, within: (2 + log(4000.0)) / 100)
    #expect(abs(bound.error(trainingError: 0, samples: 50, divergence: 2) - expected) < 1e-9)
    // More of anything that is paid makes it larger.
    #expect(bound.error(trainingError: 0.1, samples: 50, divergence: 2) > expected)
    #expect(bound.error(trainingError: 0, samples: 50, divergence: 3) > expected)
    #expect(PACBayesBound(size: 100, delta: 0.01).error(trainingError: 0, samples: 50, divergence: 2) > expected)
    #expect(PACBayesBound(size: 1000, delta: 0.05).error(trainingError: 0, samples: 50, divergence: 2) < expected)
  }

  private static func setting(samples: Int?) throws -> BoundSetting {
    BoundSetting(
      weights: try DistillationWeight.list("0,1,inf"), sizes: [8, 60], draws: 200, pilots: 1, delta: 0.2, seed: 5,
      budget: 60, signPairs: 0, posteriorSamples: samples)
  }

  /// The posterior's expected error is an integral: Θ* + s ε errs on a margin m > 0 where it is negative, with probability
  /// Φ(−Θ* / s), and the margin is negative with probability Φ(−μ).
  @Test func itHoldsWhereTheTruthIsKnown() throws {
    let family = GaussianFamily(seed: 5)
    let setting = try Self.setting(samples: 100)
    let sweep = try BoundSweep(family, setting).run()
    let wrong = gsl_cdf_ugaussian_P(-GaussianFamily.mean)
    let posteriors = try #require(sweep.posteriors)
    #expect(posteriors.count == 400)
    var held: [Int: Int] = [:]
    for record in posteriors {
      let bound = PACBayesBound(size: record.draw.size, delta: setting.delta)
      let parameter = family.solution(try family.trainingSet(record.draw), 0)
      for point in record.points where point.weight.value == 0 {
        let divergence = parameter * parameter / (2 * point.deviation * point.deviation)
        #expect(abs(point.divergence - divergence) <= 1e-9 * divergence)
        let flipped = gsl_cdf_ugaussian_P(-parameter / point.deviation)
        let truth = wrong * (1 - flipped) + (1 - wrong) * flipped
        #expect(abs(point.heldOutError - truth) < 0.3)
        let value = bound.error(
          trainingError: point.trainingError, samples: record.samples, divergence: point.divergence)
        if truth <= value { held[record.draw.size, default: 0] += 1 }
      }
    }
    for size in setting.sizes { #expect(Proportion(held[size] ?? 0, of: 200).interval.high >= 1 - setting.delta) }
    let curves = try BoundCurves(sweep, setting: setting)
    for (curve, size) in zip(curves.curves, setting.sizes) {
      for point in curve.points {
        let estimate = try #require(point.pacBayes.value)
        #expect(estimate.coverage.interval.low >= 1 - setting.delta, "N = \(size), λ = \(point.weight)")
        #expect(estimate.bound.value > estimate.heldOutError.value && estimate.bound.value <= 1)
        #expect(estimate.heldOutError.value > 0.2 && estimate.trainingError < 0.5)
      }
    }
    // With more samples it says more.
    #expect(
      curves.curves[1].points[0].pacBayes.value!.bound.value < curves.curves[0].points[0].pacBayes.value!.bound.value)
    #expect(curves.verdicts.count { $0.question == .pacBayesCoverage && $0.kind == .agreement } == 2)
    // Nothing else depends on it.
    var plain = sweep
    plain.posteriors = nil
    #expect(try BoundSweep(family, Self.setting(samples: nil)).run() == plain)
    #expect(
      try BoundCurves(plain, setting: setting).verdicts.allSatisfy {
        $0.question != .pacBayes && $0.question != .pacBayesCoverage
      })
  }

  @Test func aBoundThatDoesNotHoldIsReportedAsViolated() throws {
    let setting = try Self.setting(samples: 100)
    var sweep = try BoundSweep(GaussianFamily(seed: 5), setting).run()
    sweep.posteriors = sweep.posteriors!.map { record in
      PosteriorRecord(
        draw: record.draw, delta: record.delta, samples: record.samples,
        points: record.points.map {
          // Errors on the pool that are far from those on the training set, and a divergence that is nothing.
          PosteriorRecord.Point(
            weight: $0.weight, deviation: $0.deviation, divergence: 0, trainingError: 0,
            heldOutError: record.draw.index < 60 ? 0.99 : 0.1)
        })
    }
    let verdicts = try BoundCurves(sweep, setting: setting).verdicts.filter { $0.question == .pacBayesCoverage }
    #expect(verdicts.count == 2 && verdicts.allSatisfy { $0.kind == .contradiction })
    #expect(
      verdicts[0].text.contains(
        "PAC-Bayes bound on the error of random predictors is violated: it held in 140 of 200 draws"))
  }

  /// Predictors that another sweep left in a folder belong to other λ.
  @Test func predictorsOfAnotherSweepAreNotTaken() throws {
    let folder = NSTemporaryDirectory() + "rpp-kept-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let family = GaussianFamily(seed: 5)
    var setting = try Self.setting(samples: 5)
    (setting.sizes, setting.draws) = ([8], 4)
    func sweep(_ weights: String, samples: Int?) throws -> FamilySweep {
      setting.weights = try DistillationWeight.list(weights)
      setting.posteriorSamples = samples
      return try BoundSweep(family, setting).run(in: folder)
    }
    _ = try sweep("0,1,inf", samples: 5)
    _ = try sweep("0,inf", samples: nil)
    let last = try sweep("0,inf", samples: 5)
    #expect(try last == BoundSweep(family, setting).run())
    // Another number of predictors is another estimate.
    #expect(try sweep("0,inf", samples: 7).posteriors?.allSatisfy { $0.samples == 7 } == true)
  }

  @Test func whatCannotBeIsRefused() throws {
    var setting = try Self.setting(samples: 10)
    setting.sizes = [7, 60]
    let small = #expect(throws: Failure.self) { try BoundSweep(GaussianFamily(), setting) }
    #expect(small?.kind == .usage && small?.description.contains("at least 8 images, the smallest here has 7") == true)
    setting.sizes = [8]
    setting.posteriorSamples = 0
    #expect(throws: Failure.self) { try BoundSweep(GaussianFamily(), setting) }
  }
}
