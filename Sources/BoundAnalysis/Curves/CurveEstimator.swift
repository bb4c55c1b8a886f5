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
      trends: CurveTrend.Quantity.allCases.map { CurveTrend(quantity: $0, trend: trend($0, points)) },
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
        let starts = [fit.exponent.value, 0.5, 2]
        return (try? DecayFit.fit(weights, values, errors: errors, from: starts).value?.limit.value) ?? .nan
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
}
