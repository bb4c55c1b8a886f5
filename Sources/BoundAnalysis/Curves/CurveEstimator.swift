import Basics
import Statistics

/// Estimates the curve of one size.
struct CurveEstimator {
  let sweep: FamilySweep
  let setting: BoundSetting
  let form: any BoundForm
  let size: Int
  let draws: [DrawRecord]
  private let stream: RandomStream

  /// How many resamples of the draws a decay is fitted to.
  private static let fits = 500

  init(_ sweep: FamilySweep, _ setting: BoundSetting, form: any BoundForm, size: Int) {
    self.sweep = sweep
    self.setting = setting
    self.form = form
    self.size = size
    draws = sweep.draws.filter { $0.draw.size == size }.sorted { $0.draw.index < $1.draw.index }
    stream = RandomStream(purpose: "bound estimates", task: "\(sweep.name) \(size)", seed: setting.seed)
  }

  func curve() throws -> BoundCurve {
    // The same resamples at every λ.
    let bootstrap = DrawBootstrap(stream: stream.substream(0))
    let points = try setting.weights.indices.map { index in
      try PointEstimator(sweep, form: form, delta: setting.delta, at: index, of: draws, bootstrap: bootstrap).point()
    }
    let needed = try decay(points, { ($0.onSample.neededUnclipped, $0.onSample.neededError) }) {
      [form, size, delta = setting.delta] points in
      Quantile.of(points.map { form.needed($0, size: size, delta: delta) }, 1 - delta)
    }
    let gap = try decay(points, { ($0.gap.value, $0.gapError) }) { points in
      points.reduce(0) { $0 + $1.gap } / Double(points.count)
    }
    return BoundCurve(
      size: size, points: points, needed: needed, gap: gap,
      trends: try CurveTrend.Quantity.allCases.map {
        CurveTrend(quantity: $0, trend: trend($0, points), fall: try fall($0, points, bootstrap))
      },
      choice: try ChoiceEstimator(points: points, draws: draws, form: form, delta: setting.delta, bootstrap: bootstrap)
        .choice())
  }

  // MARK: Decay

  /// The fit of a curve and the interval of its limit.
  ///
  /// - Parameters:
  ///   - value: The curve's value and its standard error over draws.
  ///   - statistic: The curve's value from the points of a resample's localised draws.
  private func decay(
    _ points: [CurvePoint], _ value: (PointEstimates) -> (Double, error: Double),
    _ statistic: @escaping @Sendable ([PointRecord]) -> Double
  ) throws -> Known<LimitFit> {
    let places = points.indices.filter { index in
      let weight = points[index].weight.value
      return weight > 0 && weight.isFinite && points[index].estimates.value.map { value($0).0.isFinite } == true
    }
    let weights = places.map { points[$0].weight.value }
    let values = places.map { value(points[$0].estimates.value!) }
    let errors = values.allSatisfy { $0.error.isFinite && $0.error > 0 } ? values.map(\.error) : nil
    return try DecayFit.fit(weights, values.map(\.0), errors: errors).map { fit in
      let bootstrap = DrawBootstrap(stream: stream.substream(1), replicates: Self.fits)
      let limits = try bootstrap.values(of: draws.count) { [draws] resample in
        var values: [Double] = []
        for place in places {
          let localised = resample.lazy.map { draws[$0].points[place] }.filter(\.isLocalised)
          guard localised.count > 1 else { return .nan }
          values.append(statistic(Array(localised)))
        }
        guard values.allSatisfy(\.isFinite) else { return .nan }
        // From the exponent of all draws; other starts cost three times as much and are tried where that fails.
        for starts in [[fit.exponent.value], [0.25, 0.5, 1, 2]] {
          if let fit = try? DecayFit.fit(weights, values, errors: errors, from: starts).value { return fit.limit.value }
        }
        return .nan
      }
      let found = limits.filter(\.isFinite)
      guard Double(found.count) >= 0.9 * Double(limits.count) else {
        return LimitFit(
          fit: fit, limit: .unknown("only \(found.count) of \(limits.count) fits to resampled draws succeed"))
      }
      let poolError = points[places.last!].estimates.value!.heldOutPoolError
      return LimitFit(
        fit: fit, limit: .known(bootstrap.interval(found).widened(around: fit.limit.value, by: poolError)))
    }
  }

  // MARK: Trend

  private func trend(_ quantity: CurveTrend.Quantity, _ points: [CurvePoint]) -> Known<KendallTrend> {
    var (ranks, values): ([Double], [Double]) = ([], [])
    for (rank, point) in points.enumerated() {
      guard let estimates = point.estimates.value else { continue }
      let value: Double? =
        switch quantity {
        case .needed: estimates.onSample.neededUnclipped
        case .gap: estimates.gap.value
        case .rademacher: estimates.rademacher.value?.mean.value
        case .xStar: estimates.xStar
        }
      guard let value, value.isFinite else { continue }
      ranks.append(Double(rank))
      values.append(value)
    }
    guard values.count > 2 else { return .unknown("\(values.count) λ are too few for a trend, 3 are needed") }
    guard Set(values).count > 1 else { return .unknown("all values are equal") }
    do {
      return .known(try KendallTrend(of: values, with: ranks, stream: stream.substream(2)))
    } catch { return .unknown("\(error)") }
  }

  /// The value at the first λ less that at the last.
  private func fall(
    _ quantity: CurveTrend.Quantity, _ points: [CurvePoint], _ bootstrap: DrawBootstrap
  ) throws -> Known<Estimate> {
    guard let first = points.first?.estimates.value, let last = points.last?.estimates.value, points.count > 1 else {
      return .unknown("there are no estimates at both ends")
    }
    if quantity == .rademacher { return try rademacherFall(points, bootstrap) }
    let both = draws.filter { $0.points.first!.isLocalised && $0.points.last!.isLocalised }
    guard both.count > 1 else {
      return .unknown("\(both.count) draws are localised at both ends, at least 2 are needed")
    }
    let delta = setting.delta
    @Sendable func value(_ draws: [Double]) -> Double {
      quantity == .needed ? Quantile.of(draws, 1 - delta) : draws.reduce(0, +) / Double(draws.count)
    }
    func values(_ point: (DrawRecord) -> PointRecord) -> [Double] {
      both.map(point).map { point in
        switch quantity {
        case .needed: form.needed(point, size: size, delta: delta)
        case .xStar: point.xStar
        case .gap, .rademacher: point.gap
        }
      }
    }
    let ends = [values { $0.points.first! }, values { $0.points.last! }]
    guard ends.allSatisfy({ $0.allSatisfy(\.isFinite) }) else { return .unknown("B needed is infinite at an end") }
    let falls = try bootstrap.values(of: both.count) { resample in
      value(resample.map { ends[0][$0] }) - value(resample.map { ends[1][$0] })
    }
    let found = value(ends[0]) - value(ends[1])
    // X* is not measured on the pool.
    let errors = quantity == .xStar ? [] : [first.heldOutPoolError, last.heldOutPoolError]
    let poolError = errors.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return .known(
      Estimate(value: found, interval: bootstrap.interval(falls).widened(around: found, by: poolError)))
  }

  private func rademacherFall(_ points: [CurvePoint], _ bootstrap: DrawBootstrap) throws -> Known<Estimate> {
    func maxima(_ point: CurvePoint) -> [Int: Double] {
      sweep.signedMaxima.reduce(into: [:]) { values, maximum in
        if maximum.weight.value == point.weight.value, maximum.draw.size == size {
          values[maximum.draw.index] = maximum.value
        }
      }
    }
    let (first, last) = (maxima(points.first!), maxima(points.last!))
    let differences = first.keys.sorted().compactMap { draw in last[draw].map { first[draw]! - $0 } }
    guard differences.count > 1 else {
      return .unknown("\(differences.count) draws have signed maxima at both ends, at least 2 are needed")
    }
    return .known(try bootstrap.mean(of: differences))
  }
}
