import Basics
import BoundAnalysis
import Foundation
import Testing

struct DecayFitTests {
  private static let weights = [0.1, 0.3, 1, 3, 10, 30, 100, 300]

  private static func normal(_ stream: inout RandomStream) -> Double {
    (-2 * log(1 - stream.uniform())).squareRoot() * cos(2 * Double.pi * stream.uniform())
  }

  private static func values(_ a: Double, _ b: Double, _ p: Double, noise: Double, _ seed: Int) -> [Double] {
    var stream = RandomStream(name: "decay \(seed)")
    return weights.map { a + b * pow($0, -p) + noise * normal(&stream) }
  }

  @Test(arguments: [(0.3, 0.5, 0.7), (0, 1.2, 0.5), (-0.4, 2, 1.1), (0.1, -0.8, 0.4)])
  func whatNoisyPointsAreFromIsRecovered(a: Double, b: Double, p: Double) throws {
    var (squares, count) = (0.0, 0)
    for (seed, isWeighted) in (0..<60).flatMap({ [($0, true), ($0, false)] }) {
      let values = Self.values(a, b, p, noise: 0.01, seed)
      let errors = isWeighted ? Array(repeating: 0.01, count: values.count) : nil
      let fit = try #require(try DecayFit.fit(Self.weights, values, errors: errors).value)
      let scores = [
        (fit.limit.value - a) / fit.limit.error, (fit.scale.value - b) / fit.scale.error,
        (fit.exponent.value - p) / fit.exponent.error,
      ]
      if isWeighted {
        // Of 180 normal scores one in two such tests would be beyond 3.
        #expect(scores.allSatisfy { abs($0) < 4 }, "\(fit)")
        squares += scores.reduce(0) { $0 + $1 * $1 }
        count += 3
      }
      #expect(fit.degreesOfFreedom == 5 && fit.isWeighted == isWeighted)
    }
    // Standard errors are neither too small nor too large.
    #expect(abs(squares / Double(count) - 1) < 0.35, "\(squares / Double(count))")
  }

  @Test func oneFitIsWithinThreeStandardErrors() throws {
    let values = Self.values(0.3, 0.5, 0.7, noise: 0.02, 1000)
    let fit = try #require(
      try DecayFit.fit(Self.weights, values, errors: Array(repeating: 0.02, count: values.count)).value)
    #expect(abs(fit.limit.value - 0.3) < 3 * fit.limit.error && fit.limit.value - 3 * fit.limit.error > 0)
    #expect(abs(fit.scale.value - 0.5) < 3 * fit.scale.error)
    #expect(abs(fit.exponent.value - 0.7) < 3 * fit.exponent.error)
    #expect(abs(fit(10) - (fit.limit.value + fit.scale.value * pow(10, -fit.exponent.value))) < 1e-12)
  }

  @Test func pointsWithoutNoiseAreFittedExactlyInAnyUnit() throws {
    for (unit, size) in [(1.0, 1.0), (1e-3, 1e-6), (1e4, 1e5)] {
      let weights = Self.weights.map { $0 * unit }
      let values = weights.map { size * (0.2 + 0.6 * pow($0 / unit, -0.8)) }
      let fit = try #require(try DecayFit.fit(weights, values).value)
      #expect(Records.isClose(fit.limit.value / size, 0.2, within: 1e-5))
      #expect(Records.isClose(fit.exponent.value, 0.8, within: 1e-5))
      #expect(Records.isClose(fit.scale.value / size / pow(unit, 0.8), 0.6, within: 1e-5))
    }
  }

  /// scipy.optimize.curve_fit of SciPy 1.17.1 with sigma = [.02] * 4 + [.05] * 4, absolute_sigma=True, and without sigma.
  @Test func agreesWithSciPy() throws {
    let values = [2.9, 1.75, 1.21, 0.83, 0.72, 0.6, 0.66, 0.55]
    let errors = Array(repeating: 0.02, count: 4) + Array(repeating: 0.05, count: 4)
    // a, its error, b, its error, p, its error, χ².
    let weighted = [
      0.5499740286306821, 0.028349509924029584, 0.6050519813932226, 0.032372614549080095,
      0.588243033963143, 0.01953586796764011, 15.690962091562152,
    ]
    let plain = [
      0.558196697670766, 0.03222281696276486, 0.5968277957215875, 0.049736771512278934,
      0.592780867375757, 0.03406344770100821, 0.011579191536943312,
    ]
    for (errors, golden) in [(errors, weighted), (nil, plain)] {
      let fit = try #require(try DecayFit.fit(Self.weights, values, errors: errors).value)
      let found = [fit.limit, fit.scale, fit.exponent].flatMap { [$0.value, $0.error] } + [fit.chiSquared]
      #expect(zip(found, golden).allSatisfy { Records.isClose($0, $1, within: 1e-5) }, "\(found)")
    }
  }

  @Test func whatDeterminesNoFitHasNone() throws {
    #expect(
      try DecayFit.fit([1, 2, 3], [3, 2, 1]).reason
        == "3 points with 0 < λ < ∞ are too few for three parameters, 4 are needed")
    #expect(try DecayFit.fit([1, 2, 3, 4], [1, 1, 1, 1]).reason == "all values are equal")
    // A straight line in ln λ has no limit.
    #expect(try DecayFit.fit(Self.weights, Self.weights.map { -log($0) }).reason != nil)
    #expect(throws: Failure("a decay fit: a value is not a finite number")) {
      try DecayFit.fit([1, 2, 3, 4], [1, .nan, 1, 1])
    }
    #expect(throws: Failure("a decay fit: every λ must be finite and above 0")) {
      try DecayFit.fit([0, 2, 3, 4], [1, 2, 1, 1])
    }
    #expect(throws: Failure("a decay fit: every standard error must be finite and above 0")) {
      try DecayFit.fit([1, 2, 3, 4], [1, 2, 1, 1], errors: [1, 1, 0, 1])
    }
  }
}
