import BoundAnalysis
import Foundation
import Statistics

extension BoundFigures {
  // MARK: X*

  func maxima() -> Figure.Result {
    func estimates(_ family: SweptFamily, _ size: Int, _ value: (PointMeans) -> Estimate) -> [CurvesPlot.Point] {
      points(family.curves.curves[size]) { index, _ in
        family.means[size][index].map(value).map { ($0.value, $0.interval) }
      }
    }
    let shared = families.flatMap { family in
      family.curves.curves.indices.flatMap { size in
        estimates(family, size) { $0.xStar } + estimates(family, size) { $0.xStarHeldOut }
      }
    }
    let panels = families.enumerated().map { index, family in
      let series = family.curves.curves.enumerated().flatMap { size, curve -> [CurvesPlot.Series] in
        let look = sizeLook(size)
        return [
          CurvesPlot.Series(
            label: "N = \(curve.size), sample", points: estimates(family, size) { $0.xStar }, colour: look.colour,
            marker: look.marker, dash: "solid"),
          CurvesPlot.Series(
            label: "N = \(curve.size), pool", points: estimates(family, size) { $0.xStarHeldOut },
            colour: look.colour, marker: look.marker, dash: "(4,4)"),
        ]
      }
      return Panel(
        name: name("x-star", family, index),
        script: plot("\(family.label): largest loss", y: "X* in nats", series, shared: shared),
        alternative: "Mean X* of \(family.label): "
          + family.curves.curves.map {
            "N = \($0.size) \(Self.ends($0) { $0.xStar }), on the pool \(Self.ends($0) { $0.xStarHeldOut })"
          }.joined(separator: "; ") + ".")
    }
    let rises = count(.xStar, rising: true)
    return .figure(
      Figure(
        id: "x-star",
        title: places.count == 1
          ? "X* on the sample goes \(Self.ends(places[0].curve) { $0.xStar })"
          : "X*, and with it the concentration term, rises as λ grows\(curvesText(rises))",
        caption:
          "The largest loss at Θ*: on the training set itself, as the source has X*, and on the held-out pool, which "
          + "a bound over unseen images would need. Means \(drawsText); bands are 95 % intervals over training sets."
          + axisText,
        data: "curves.csv", panels: panels))
  }

  // MARK: Coverage

  func coverages() -> Figure.Result {
    var (known, held, violated) = (0, 0, 0)
    func percent(_ proportion: Proportion) -> (y: Double, interval: Interval?) {
      (100 * proportion.share, proportion.interval.scaled(by: 100))
    }
    for point in places.flatMap(\.curve.points) {
      guard let coverage = point.estimates.value?.onSample.coverage.value else { continue }
      known += 1
      if coverage.share >= 1 - delta { held += 1 }
      if coverage.interval.high < 1 - delta { violated += 1 }
    }
    let step = WeightTicks(weights).positions
    let shift = step.count > 1 ? 0.012 * (step.last! - step.first!) : 0
    func series(_ place: Place) -> [CurvesPlot.Series] {
      [
        CurvesPlot.Series(
          label: "B Rademacher",
          points: points(place.curve, shift: -shift) { $1.onSample.coverage.value.map(percent) },
          colour: Palette.series[3], marker: 5, dash: "solid", isLine: false),
        CurvesPlot.Series(
          label: "B of other draws",
          points: points(place.curve, shift: shift) { $1.onSample.crossFittedCoverage.value.map(percent) },
          colour: Palette.series[1], marker: 9, dash: "solid", isLine: false),
      ].filter { !$0.points.isEmpty }
    }
    let shared = places.flatMap(series).flatMap(\.points)
    guard !shared.isEmpty else {
      return .leftOut(
        "Coverage: there is no Rademacher estimate of B, and \(NumberText.count(families[0].setting.draws, "draw")) are too "
          + "few to fit B on one half and test it on the other at 1 − δ = \(confidence) %.")
    }
    let lowest = shared.map { $0.low ?? $0.y }.min()!
    let low = min(floor(lowest / 10) * 10, 90)
    let panels = places.filter { !series($0).isEmpty }.map { place in
      Panel(
        name: name("coverage", place.family, place.index, size: place.curve.size),
        script: plot(
          title(place), y: "covered draws in %",
          series(place) + [level(100 * (1 - delta), "1 − δ = \(confidence) %", dash: "(10,4)")],
          yTicks: stride(from: low, through: 100, by: low < 50 ? 20 : low < 80 ? 10 : 5).map { ($0, Self.trimmed($0)) },
          yRange: low - 2...102),
        alternative: "\(title(place)): coverage with B Rademacher "
          + "\(Self.ends(place.curve) { $0.onSample.coverage.value.map { 100 * $0.share } }) %, with B of other draws "
          + "\(Self.ends(place.curve) { $0.onSample.crossFittedCoverage.value.map { 100 * $0.share } }) %.")
    }
    return .figure(
      Figure(
        id: "coverage",
        title: known > 0
          ? "With the Rademacher estimate the bound holds in at least \(confidence) % of the draws at \(held) of \(known) "
            + "points; it is violated for certain at \(violated)"
          : "Whether the bound holds with a B that other draws fixed",
        caption:
          "The share of training sets whose gap is at most the bound; bars are 95 % intervals of Clopper and Pearson, the "
          + "dashed line is 1 − δ. B is the Rademacher estimate, or was fitted on one half of the training sets and tested "
          + "on the other; fitted and tested on the same it could not fail." + axisText,
        data: "curves.csv", panels: panels))
  }

  // MARK: R

  /// R below this power of ten is drawn here: a teacher that is reached is 0 to within rounding.
  private static let smallestPower = -6

  func divergences() -> Figure.Result {
    func lifted(_ value: Double) -> Double { max(log10(value), Double(Self.smallestPower)) }
    func lifted(_ estimate: Estimate) -> (y: Double, interval: Interval?) {
      let interval = estimate.interval
      return (
        lifted(estimate.value),
        Interval(low: lifted(interval.low), high: lifted(interval.high), level: interval.level)
      )
    }
    var (larger, known) = (0, 0)
    for estimates in places.flatMap(\.curve.points).compactMap(\.estimates.value) {
      known += 1
      if estimates.rPool.value > estimates.rSample.value { larger += 1 }
    }
    func series(_ place: Place) -> [CurvesPlot.Series] {
      let axis = WeightTicks(weights)
      let radii = place.curve.points.enumerated().compactMap { index, point in
        point.radius.isFinite ? CurvesPlot.Point(x: axis.positions[index], y: lifted(point.radius)) : nil
      }
      return [
        CurvesPlot.Series(
          label: "R on the sample", points: points(place.curve) { lifted($1.rSample) }, colour: Palette.series[0],
          marker: 7, dash: "solid"),
        CurvesPlot.Series(
          label: "R on the pool", points: points(place.curve) { lifted($1.rPool) }, colour: Palette.series[1],
          marker: 5, dash: "solid"),
        CurvesPlot.Series(
          label: "ρ, edge of H_λ", points: radii, colour: Palette.grey, marker: 7, dash: "(4,4)", isPlain: true),
      ].filter { !$0.points.isEmpty }
    }
    let values = places.flatMap(series).flatMap(\.points).flatMap { [$0.y, $0.low ?? $0.y, $0.high ?? $0.y] }
    guard let least = values.min(), let most = values.max() else {
      return .leftOut("R on sample and pool: nothing was estimated.")
    }
    let (low, high) = (Int(floor(least)), max(Int(ceil(most)), Int(floor(least)) + 1))
    let stepping = high - low > 5 ? 2 : 1
    let ticks = stride(from: low, through: high, by: stepping).map { power in
      (y: Double(power), label: (power == Self.smallestPower ? "≤ " : "") + Self.power(power))
    }
    let panels = places.map { place in
      Panel(
        name: name("r", place.family, place.index, size: place.curve.size),
        script: plot(
          title(place), y: "R in nats", series(place), yTicks: ticks, yRange: Double(low)...Double(high)),
        alternative: "\(title(place)): R on the sample \(Self.ends(place.curve) { $0.rSample.value }), on the pool "
          + "\(Self.ends(place.curve) { $0.rPool.value }).")
    }
    let last = places.compactMap { place in
      place.curve.points.last.flatMap { $0.weight.value.isFinite ? nil : $0.estimates.value }
    }
    let finding =
      places.count == 1 && last.count == 1
      ? "At λ = ∞ R is \(Self.small(last[0].rSample.value)) on the sample and \(Self.small(last[0].rPool.value)) on the pool"
      : "R is larger on the pool than on the sample at \(larger) of \(known) points"
    return .figure(
      Figure(
        id: "r", title: finding,
        caption:
          "The divergence of the teacher from the student at Θ*, on the training set and on the held-out pool, in "
          + "logarithm; bands are 95 % intervals over training sets. The theorem's limit needs both to fall to 0: few images "
          + "and many parameters can do the first without the second. Where R_min, its value on the sample at λ = ∞, stays "
          + "above 0, the student cannot represent the teacher." + axisText,
        data: "curves.csv", panels: panels))
  }

  /// 10^k as a tick.
  private static func power(_ exponent: Int) -> String {
    (-2...2).contains(exponent) ? trimmed(pow(10, Double(exponent))) : "1e\(exponent)"
  }

  private static func small(_ value: Double) -> String {
    value < 0.01 ? String(format: "%.1e", value) : NumberText.significant(value)
  }

  // MARK: PAC-Bayes

  /// The bound without λ; nil if no posteriors were drawn.
  func pacBayes() -> Figure.Result? {
    func series(_ place: Place) -> [CurvesPlot.Series] {
      let axis = WeightTicks(weights)
      func points(_ value: (PACBayesEstimate) -> (y: Double, interval: Interval?)) -> [CurvesPlot.Point] {
        place.curve.points.enumerated().compactMap { index, point in
          point.pacBayes.value.map(value).map {
            CurvesPlot.Point(x: axis.positions[index], y: $0.y, low: $0.interval?.low, high: $0.interval?.high)
          }
        }
      }
      return [
        CurvesPlot.Series(
          label: "bound", points: points { ($0.bound.value, $0.bound.interval) }, colour: Palette.series[3], marker: 5,
          dash: "solid"),
        CurvesPlot.Series(
          label: "held-out error", points: points { ($0.heldOutError.value, $0.heldOutError.interval) },
          colour: Palette.ink, marker: 7, dash: "solid"),
        CurvesPlot.Series(
          label: "training error", points: points { ($0.trainingError, nil) }, colour: Palette.series[0], marker: 9,
          dash: "(4,4)"),
        CurvesPlot.Series(
          label: "held-out error of Θ*", points: self.points(place.curve) { (1 - $1.accuracy, nil) },
          colour: Palette.series[1], marker: 13, dash: "(2,4)"),
      ].filter { !$0.points.isEmpty }
    }
    let known = places.flatMap(\.curve.points).compactMap(\.pacBayes.value)
    guard !known.isEmpty else { return nil }
    let guess = families[0].curves.facts.uniformError
    let panels = places.filter { $0.curve.points.contains { $0.pacBayes.value != nil } }.map { place in
      let bounds = place.curve.points.compactMap { point in
        point.pacBayes.value.map { "\(BoundTables.text($0.bound.value)) at λ = \(WeightTicks.label(point.weight))" }
      }
      return Panel(
        name: name("pac-bayes", place.family, place.index, size: place.curve.size),
        script: plot(
          title(place), y: "0–1 error", series(place) + [level(guess, "guessing", dash: "(10,4)")], focus: [0, 1]),
        alternative: "\(title(place)): the PAC-Bayes bound is \(bounds.first!) and \(bounds.last!).")
    }
    let useful = known.count { $0.bound.value < guess }
    return .figure(
      Figure(
        id: "pac-bayes",
        title:
          "A PAC-Bayes bound, which knows nothing of λ, is better than guessing at \(useful) of \(known.count) points",
        caption:
          "The 0–1 error of random prompts around Θ*, on the training set and on the held-out pool, and the bound on it that "
          + "holds with probability \(confidence) %; beside it the error of Θ* itself, of which it says nothing. Means \(drawsText); bands are 95 % intervals over training sets."
          + axisText,
        data: "curves.csv", panels: panels))
  }

  // MARK: N

  func sizes() -> Figure.Result {
    guard sizeCount > 1 else { return .leftOut("The gap against N: there is only one size.") }
    var slopes: [Double] = []
    let panels = families.enumerated().compactMap { index, family -> Panel? in
      var series: [CurvesPlot.Series] = []
      var lines: [CurvesPlot.Series] = []
      var alternatives: [String] = []
      for (place, weight) in shownWeights.enumerated() {
        let bySize = family.curves.gapBySize[weight]
        let points = family.curves.curves.compactMap { curve -> CurvesPlot.Point? in
          guard let gap = curve.points[weight].estimates.value?.gap, gap.interval.low > 0 else { return nil }
          return CurvesPlot.Point(
            x: log10(Double(curve.size)), y: log10(gap.value), low: log10(gap.interval.low),
            high: log10(gap.interval.high), isOpen: !Self.isFirm(curve.points[weight]))
        }
        guard !points.isEmpty else { continue }
        let look = sizeLook(place)
        let slope = bySize.line.value.map { " slope \(Self.slope($0.slope.value))" } ?? ""
        series.append(
          CurvesPlot.Series(
            label: "λ = \(WeightTicks.label(bySize.weight))\(slope)", points: points, colour: look.colour,
            marker: look.marker, dash: "solid", isLine: false))
        guard let line = bySize.line.value else { continue }
        alternatives.append("λ = \(WeightTicks.label(bySize.weight)) slope \(Self.slope(line.slope.value))")
        let ends = [line.sizes.first!, line.sizes.last!]
        lines.append(
          CurvesPlot.Series(
            label: "",
            points: ends.map { size in
              CurvesPlot.Point(
                x: log10(Double(size)), y: (line.intercept + line.slope.value * log(Double(size))) / log(10))
            }, colour: look.colour, marker: look.marker, dash: look.dash, isPlain: true))
      }
      slopes += family.curves.gapBySize.compactMap { $0.line.value?.slope.value }
      guard !series.isEmpty else { return nil }
      let values = series.flatMap(\.points).flatMap { [$0.low!, $0.high!] }
      let (low, high) = (values.min()!, values.max()!)
      return Panel(
        name: name("size", family, index),
        script: CurvesPlot(
          title: "\(family.label): gap against N", xTitle: "training images N", yTitle: "mean gap in nats",
          series: series, lines: lines,
          ticks: family.setting.sizes.map { (log10(Double($0)), "\($0)") }, yTicks: Self.logarithmicTicks(low, high),
          yRange: low - 0.05 * max(high - low, 0.2)...high + 0.05 * max(high - low, 0.2)
        ).script,
        alternative: "Gap of \(family.label) against N in double logarithm: "
          + (alternatives.isEmpty ? "no slope could be fitted" : alternatives.joined(separator: "; ")) + ".")
    }
    guard !panels.isEmpty else {
      return .leftOut("The gap against N: at no size is the mean gap above 0 for certain.")
    }
    return .figure(
      Figure(
        id: "size",
        title: slopes.isEmpty
          ? "The gap against N: no slope could be fitted"
          : "The gap falls with N with slopes of \(Self.slope(slopes.min()!)) to \(Self.slope(slopes.max()!)); "
            + "concentration alone would give −0.5",
        caption:
          "Both axes are logarithmic. Bars are 95 % intervals over training sets; sizes whose interval does not lie "
          + "above 0 have no logarithm and are left out. Lines are least squares, weighted by the gaps' standard errors. "
          + (shownWeights.count < weights.count
            ? "\(shownWeights.count) of \(weights.count) λ are drawn; the slopes of all are in results.json." : ""),
        data: "curves.csv", panels: panels))
  }

  /// At most five λ: both ends, and what lies evenly between.
  private var shownWeights: [Int] {
    let count = min(5, weights.count)
    guard count > 1 else { return [0] }
    return (0..<count).map { Int((Double($0 * (weights.count - 1)) / Double(count - 1)).rounded()) }
  }

  private static func slope(_ value: Double) -> String {
    String(format: "%.2f", value).replacing("-", with: "−")
  }

  /// Ticks at 1, 2 and 5 times powers of ten; those alone where they are enough.
  private static func logarithmicTicks(_ low: Double, _ high: Double) -> [(y: Double, label: String)] {
    let powers = (Int(floor(low)) - 1)...(Int(ceil(high)) + 1)
    func ticks(_ factors: [Double]) -> [(y: Double, label: String)] {
      powers.flatMap { power in
        factors.map { (y: Double(power) + log10($0), label: trimmed($0 * pow(10, Double(power)))) }
      }.filter { $0.y >= low - 0.05 && $0.y <= high + 0.05 }
    }
    return [[1], [1, 2, 5], [1, 1.5, 2, 3, 4, 5, 7]].map(ticks).first { $0.count >= 3 }
      ?? ticks([1, 1.5, 2, 3, 4, 5, 7])
  }
}
