import Basics
import CGSL
import Statistics

/// Estimates one λ and N from the records of its draws.
struct PointEstimator {
  let sweep: FamilySweep
  let form: any BoundForm
  let delta: Double
  let weight: DistillationWeight
  let size: Int
  /// All draws of the size, in ascending order of their index, and their points at λ.
  let draws: [DrawRecord]
  let points: [PointRecord]
  private let index: Int
  let bootstrap: DrawBootstrap

  /// - Parameter index: The place of λ among the draws' points.
  init(
    _ sweep: FamilySweep, form: any BoundForm, delta: Double, at index: Int, of draws: [DrawRecord],
    bootstrap: DrawBootstrap
  ) {
    self.sweep = sweep
    self.form = form
    self.delta = delta
    self.draws = draws
    self.index = index
    self.bootstrap = bootstrap
    points = draws.map { $0.points[index] }
    weight = points[0].weight
    size = draws[0].draw.size
  }

  func point() throws -> CurvePoint {
    let radius = sweep.radius(weight, size: size)
    let norms = points.compactMap(\.gradientNorm)
    let localised = points.indices.filter { points[$0].isLocalised }
    return CurvePoint(
      weight: weight, size: size, radius: radius, draws: points.count, localised: localised.count,
      inSet: points.count { $0.rPool <= radius }, converged: points.count(where: \.isConverged),
      gradientNorm: norms.isEmpty ? nil : Quantile.of(norms, 0.5),
      estimates: localised.count > 1
        ? .known(try estimates(localised.map { (draws[$0], points[$0]) }, radius: radius))
        : .unknown("\(localised.count) of \(points.count) draws are localised, at least 2 are needed"),
      pacBayes: try PACBayesEstimator(delta: delta, bootstrap: bootstrap).estimate(posteriors, at: index))
  }

  private var posteriors: [PosteriorRecord] {
    (sweep.posteriors ?? []).filter { $0.draw.size == size }.sorted { $0.draw.index < $1.draw.index }
  }

  // MARK: Localised draws

  private func estimates(
    _ localised: [(record: DrawRecord, point: PointRecord)], radius: Double
  ) throws -> PointEstimates {
    let points = localised.map(\.point)
    let gaps = points.map(\.gap)
    let gap = try bootstrap.mean(of: gaps)
    let poolError = Self.mean(points.map(\.heldOutError))
    let rademacher = rademacher()
    let newClasses = points.compactMap(\.newClassAccuracy)
    return PointEstimates(
      gap: gap,
      gapWithPool: Estimate(value: gap.value, interval: gap.interval.widened(around: gap.value, by: poolError)),
      gapError: Spread(gaps).deviation / Double(gaps.count).squareRoot(),
      gapQuantile: Estimate(value: Quantile.of(gaps, 1 - delta), interval: bootstrap.interval(try quantiles(of: gaps))),
      gapBeyondZeroShot: try beyondZeroShot(
        gaps, localised.map { sweep.zeroShotHeldOutLoss - $0.record.zeroShotTrainingLoss }),
      trainingLoss: Self.mean(points.map(\.trainingLoss)),
      heldOutLoss: try bootstrap.mean(of: points.map(\.heldOutLoss)),
      heldOutPoolError: poolError, accuracy: Self.mean(points.map(\.accuracy)),
      newClassAccuracy: newClasses.count == points.count ? Self.mean(newClasses) : nil,
      xStar: Self.mean(points.map(\.xStar)), xStarHeldOut: Self.mean(points.map(\.xStarHeldOut)),
      rSample: try bootstrap.mean(of: points.map(\.rSample)), rPool: try bootstrap.mean(of: points.map(\.rPool)),
      rademacher: rademacher,
      bounds: try LossLimit.allCases.compactMap { limit in
        try LossLimits(points, facts: sweep.facts).values(limit).map {
          try bound(limit, $0, localised.map(\.record.draw.index), points, rademacher, radius: radius)
        }
      })
  }

  private func beyondZeroShot(_ gaps: [Double], _ zeroShotGaps: [Double]) throws -> Known<GapBeyondZeroShot> {
    /// Mean gap less β times the mean of zero-shot's, and β; nil where zero-shot's gap does not vary.
    @Sendable func controlled(_ draws: [Int]) -> (mean: Double, beta: Double)? {
      let (gaps, zeroShot) = (draws.map { gaps[$0] }, draws.map { zeroShotGaps[$0] })
      let variance = gsl_stats_variance(zeroShot, 1, zeroShot.count)
      guard variance > 0 else { return nil }
      let beta = gsl_stats_covariance(gaps, 1, zeroShot, 1, gaps.count) / variance
      return (Self.mean(gaps) - beta * Self.mean(zeroShot), beta)
    }
    guard let (mean, beta) = controlled(Array(gaps.indices)) else {
      return .unknown("the gap of zero-shot is the same in all draws")
    }
    let values = try bootstrap.values(of: gaps.count) { controlled($0)?.mean ?? .nan }.filter(\.isFinite)
    guard values.count > bootstrap.replicates / 2 else {
      return .unknown("\(gaps.count) draws are too few for a regression")
    }
    return .known(GapBeyondZeroShot(beta: beta, mean: Estimate(value: mean, interval: bootstrap.interval(values))))
  }

  private func rademacher() -> Known<RademacherEstimate> {
    let maxima = sweep.signedMaxima.filter { $0.weight.value == weight.value && $0.draw.size == size }
    let values = maxima.compactMap(\.value)
    guard values.count > 1 else {
      return .unknown(
        maxima.isEmpty
          ? "no signed maxima were computed"
          : "\(values.count) of \(maxima.count) signed maxima have a value, at least 2 are needed")
    }
    let spread = Spread(values)
    return .known(
      RademacherEstimate(
        mean: Measured(spread.mean, error: spread.deviation / Double(values.count).squareRoot()), count: values.count))
  }

  // MARK: A bound

  private func bound(
    _ limit: LossLimit, _ largest: [Double], _ indices: [Int], _ points: [PointRecord],
    _ rademacher: Known<RademacherEstimate>, radius: Double
  ) throws -> BoundEstimates {
    let concentrations = zip(points, largest).map {
      form.concentration(largestLoss: $1, lossVariance: $0.trainingLossVariance, size: size, delta: delta)
    }
    let gaps = points.map(\.gap)
    let needed = zip(gaps, concentrations).map { form.neededComplexity(gap: $0, concentration: $1) }
    let quantiles = try quantiles(of: needed)
    let largestOfAll = largest.max()!
    let right = rightHandSides(concentrations, rademacher)
    let (fitted, crossFitted) = crossFitting(indices, gaps, concentrations, needed)
    return BoundEstimates(
      lossLimit: limit, largestLoss: largestOfAll, concentration: Self.mean(concentrations),
      neededUnclipped: Quantile.of(needed, 1 - delta), neededInterval: bootstrap.interval(quantiles),
      neededError: Spread(quantiles).deviation, neededHigh: neededHigh(needed),
      bound: right.map(Self.mean), coverage: right.map { right in Self.coverage(gaps, right) },
      crossFittedCoverage: crossFitted, crossFitted: fitted,
      certificate: certificate(largestLoss: largestOfAll, radius: radius))
  }

  /// The (1 − δ)-quantile of each resample of the draws.
  private func quantiles(of values: [Double]) throws -> [Double] {
    try bootstrap.values(of: values.count) { [delta] draws in Quantile.of(draws.map { values[$0] }, 1 - delta) }
  }

  private func rightHandSides(_ concentrations: [Double], _ rademacher: Known<RademacherEstimate>) -> Known<[Double]> {
    rademacher.flatMap { estimate in
      guard let complexity = form.complexity(rademacher: estimate.mean.value) else {
        return .unknown("the form's B is no expected supremum, which Rademacher averages would bound")
      }
      return .known(concentrations.map { form.bound(concentration: $0, complexity: complexity) })
    }
  }

  private func neededHigh(_ needed: [Double]) -> Known<Double> {
    guard let rank = OrderStatistic.upperLimit(ofQuantile: 1 - delta, count: needed.count) else {
      return .unknown(
        "\(needed.count) draws are too few, \(OrderStatistic.leastCount(ofQuantile: 1 - delta)) are needed")
    }
    return .known(max(0, needed.sorted()[rank - 1]))
  }

  private func crossFitting(
    _ indices: [Int], _ gaps: [Double], _ concentrations: [Double], _ needed: [Double]
  ) -> (Known<[Double]>, Known<Proportion>) {
    let halves = [0, 1].map { parity in indices.indices.filter { indices[$0] % 2 == parity } }
    var complexities: [Double] = []
    for half in halves {
      guard let rank = OrderStatistic.prediction(1 - delta, count: half.count) else {
        let reason = "half of the draws are \(half.count), too few for a share of 1 − δ: \(leastHalf) are needed"
        return (.unknown(reason), .unknown(reason))
      }
      complexities.append(max(0, half.map { needed[$0] }.sorted()[rank - 1]))
    }
    var (held, tested) = (0, 0)
    for (half, complexity) in zip(halves, complexities.reversed()) {
      for draw in half {
        tested += 1
        if gaps[draw] <= form.bound(concentration: concentrations[draw], complexity: complexity) { held += 1 }
      }
    }
    return (.known(complexities), .known(Proportion(held, of: tested)))
  }

  private var leastHalf: Int { (1...).first { OrderStatistic.prediction(1 - delta, count: $0) != nil }! }

  private func certificate(largestLoss: Double, radius: Double) -> Known<Double> {
    guard sweep.facts.temperature == 1 else {
      return .unknown("the teacher is softened by τ = \(sweep.facts.temperature), Pinsker's inequality needs 1")
    }
    guard radius.isFinite else { return .unknown("ρ is infinite: nothing constrains Θ") }
    return .known(Pinsker.certificate(largestLoss: largestLoss, radius: radius))
  }

  private static func coverage(_ gaps: [Double], _ right: [Double]) -> Proportion {
    Proportion(zip(gaps, right).count { $0 <= $1 }, of: gaps.count)
  }

  static func mean(_ values: [Double]) -> Double { gsl_stats_mean(values, 1, values.count) }
}
