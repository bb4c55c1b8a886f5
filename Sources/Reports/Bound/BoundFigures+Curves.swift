import BoundAnalysis
import Foundation
import Statistics

extension BoundFigures {
  // MARK: The gap

  func gaps() -> Figure.Result {
    let shared = places.flatMap { place in points(place.curve) { ($1.gap.value, $1.gapWithPool.interval) } }
    let panels = families.enumerated().map { index, family in
      let series = family.curves.curves.enumerated().map { size, curve -> CurvesPlot.Series in
        let look = sizeLook(size)
        return CurvesPlot.Series(
          label: "N = \(curve.size)", points: points(curve) { ($1.gap.value, $1.gapWithPool.interval) },
          colour: look.colour, marker: look.marker, dash: look.dash)
      }
      return Panel(
        name: name("gap", family, index),
        script: plot("\(family.label): generalization gap", y: "mean gap in nats", series, shared: shared),
        alternative: "Mean gap of \(family.label): "
          + family.curves.curves.map { "N = \($0.size) " + Self.ends($0) { $0.gap.value } }.joined(separator: "; ")
          + ".")
    }
    let falls = count(.gap, rising: false)
    let title: String
    if places.count == 1 {
      title = "The mean gap goes \(Self.ends(places[0].curve) { $0.gap.value })"
    } else {
      title = "The mean gap falls as λ grows\(curvesText(falls))"
    }
    return .figure(
      Figure(
        id: "gap", title: title,
        caption: "Loss on the held-out pool less loss on the training set, mean \(drawsText); bands are 95 % intervals "
          + "over training sets, with the pool's error."
          + (places.count == 1 ? "" : " \"Falls\" is Kendall's tau below 0 with p < 0.05.") + axisText,
        data: "curves.csv", panels: panels))
  }

  // MARK: The bound

  func stacks() -> Figure.Result {
    var (vacuous, known, above, cut) = (0, 0, 0, 0)
    let panels = places.map { place -> Panel in
      for point in place.curve.points {
        guard let estimates = point.estimates.value, let bound = estimates.onSample.bound.value else { continue }
        known += 1
        if place.family.curves.exceedsUniformLoss(estimates, estimates.onSample) == true { vacuous += 1 }
        if estimates.trainingLoss + bound >= estimates.heldOutLoss.value { above += 1 }
      }
      if lossTop(place).isCut { cut += 1 }
      return stack(place)
    }
    guard known > 0 || families[0].isAdditive else {
      return .leftOut(
        "The bound, part by part: in this form of the inequality B can only be fitted, so that there is no bound.")
    }
    let title =
      known > 0
      ? "The bound lies above the mean held-out loss at \(above) of \(known) points, and above ln C, "
        + "where it says nothing, at \(vacuous)"
      : "Without an estimate of B there is no bound: B needed stands in its place"
    return .figure(
      Figure(
        id: "bound", title: title,
        caption:
          "Means over training sets, one on top of the other: training loss, concentration term"
          + (families[0].isAdditive ? ", and B" : "")
          + (known > 0
            ? " (the Rademacher estimate, itself a lower estimate of the supremum). The upper edge bounds the loss with "
              + "probability \(confidence) %."
            : " needed, which is fitted to the same draws: that most lie below the upper edge is no test.")
          + " The band around the held-out loss is the "
          + "95 % interval over training sets. ln C is the loss of guessing among C classes." + Self.cutText(cut)
          + axisText,
        data: "curves.csv", panels: panels))
  }

  private func lossTop(_ place: Place) -> (value: Double, isCut: Bool) {
    top(
      place.curve.points.map { point in
        point.estimates.value.flatMap { estimates in
          estimates.lossBound.value ?? estimates.trainingLoss + estimates.onSample.concentration
            + estimates.onSample.needed
        }
      })
  }

  private func stack(_ place: Place) -> Panel {
    let axis = WeightTicks(weights)
    let (family, curve) = (place.family, place.curve)
    typealias Layer = (x: Double, low: Double, high: Double)
    var (losses, concentrations, complexities): ([Layer], [Layer], [Layer]) = ([], [], [])
    let hasBound = curve.points.contains { $0.estimates.value?.onSample.bound.value != nil }
    for (index, point) in curve.points.enumerated() {
      guard let estimates = point.estimates.value else { continue }
      let (x, loss) = (axis.positions[index], estimates.trainingLoss)
      let concentration = estimates.onSample.concentration
      let middle = family.isAdditive ? loss + concentration : loss
      losses.append((x, 0, loss))
      if family.isAdditive { concentrations.append((x, loss, middle)) }
      if let bound = estimates.onSample.bound.value {
        complexities.append((x, middle, loss + bound))
      } else if family.isAdditive, !hasBound {
        complexities.append((x, middle, middle + estimates.onSample.needed))
      }
    }
    var areas = [CurvesPlot.Area(label: "training loss", points: losses, colour: Palette.series[0])]
    if family.isAdditive {
      areas.append(CurvesPlot.Area(label: "concentration", points: concentrations, colour: Palette.series[4]))
    }
    if !complexities.isEmpty {
      let label = !hasBound ? "B needed" : family.isAdditive ? "B Rademacher" : "bound on the gap"
      areas.append(CurvesPlot.Area(label: label, points: complexities, colour: Palette.series[3]))
    }
    let series = [
      CurvesPlot.Series(
        label: "held-out loss", points: points(curve) { ($1.heldOutLoss.value, $1.heldOutLoss.interval) },
        colour: Palette.ink, marker: 7, dash: "solid"),
      level(family.curves.zeroShotHeldOutLoss, "zero-shot", dash: "(2,4)"),
      level(family.curves.facts.uniformLoss, "ln C", dash: "(10,4)"),
    ]
    return Panel(
      name: name("bound", family, place.index, size: curve.size),
      script: plot(
        title(place), y: "loss in nats", series, areas: areas,
        focus: [0, lossTop(place).value]
          + series.flatMap(\.points).flatMap { [$0.y, $0.low, $0.high].compactMap { $0 } }),
      alternative: "\(title(place)): training loss \(Self.ends(curve) { $0.trainingLoss }); with the bound "
        + "\(Self.ends(curve) { $0.lossBound.value }); held-out loss \(Self.ends(curve) { $0.heldOutLoss.value }).")
  }

  // MARK: B

  func complexities() -> Figure.Result {
    guard families[0].isAdditive else {
      return .leftOut(
        "The band of B: in this form of the inequality B is not a bound on the gap, which the mean gap and a Rademacher "
          + "estimate would enclose.")
    }
    var (known, inside, fits, zero, cut) = (0, 0, 0, 0, 0)
    let panels = places.map { place -> Panel in
      for point in place.curve.points {
        guard let estimates = point.estimates.value, let rademacher = estimates.rademacher.value else { continue }
        known += 1
        if estimates.gap.value <= rademacher.mean.value { inside += 1 }
      }
      if let fit = place.curve.needed.value {
        fits += 1
        if (fit.limit.value?.low ?? fit.fit.limit.value - 1.96 * fit.fit.limit.error) <= 0 { zero += 1 }
      }
      if rademacherTop(place).isCut { cut += 1 }
      return complexity(place)
    }
    let band =
      known > 0
      ? "The mean gap lies below the Rademacher estimate at \(inside) of \(known) points" : "B needed and the mean gap"
    let limit =
      fits == 0
      ? "no decay could be fitted to B needed" : "a limit of at most 0 fits B needed in \(zero) of \(fits) curves"
    return .figure(
      Figure(
        id: "b", title: "\(band); \(limit)",
        caption: "If Θ* lies in H_λ, B lies above the mean gap"
          + (known > 0
            ? " and below the Rademacher average; its estimate is what ascent finds, and so itself too low rather than too high"
            : "")
          + ". B needed (not clipped at 0) is the "
          + "\(confidence) % quantile of gap − concentration; bars are 95 % intervals over training sets, bands those of the "
          + "means. Dashed: a + b λ^(−p), fitted to B needed for 0 < λ < ∞. The certificate e^X √(2ρ) is drawn where it is "
          + "not vacuous: at \(certificates) of \(places.flatMap(\.curve.points).count) points."
          + Self.cutText(cut) + axisText,
        data: "curves.csv", panels: panels))
  }

  private var certificates: Int {
    places.flatMap(\.curve.points).count { $0.estimates.value?.onSample.isCertificateVacuous == false }
  }

  private func rademacherTop(_ place: Place) -> (value: Double, isCut: Bool) {
    top(
      place.curve.points.map { point in
        point.estimates.value.flatMap { estimates in
          estimates.rademacher.value.map { max($0.mean.value, estimates.gap.value) }
        }
      })
  }

  private func complexity(_ place: Place) -> Panel {
    let (family, curve) = (place.family, place.curve)
    let axis = WeightTicks(weights)
    var areas: [CurvesPlot.Area] = []
    var series = [
      CurvesPlot.Series(
        label: "mean gap", points: points(curve) { ($1.gap.value, $1.gap.interval) }, colour: Palette.series[0],
        marker: 7, dash: "solid")
    ]
    let means = family.means[place.size]
    let upper = points(curve) { index, estimates in
      estimates.rademacher.value.map { ($0.mean.value, means[index]?.rademacher?.interval) }
    }
    if !upper.isEmpty {
      let between = curve.points.enumerated().compactMap { index, point -> (x: Double, low: Double, high: Double)? in
        guard let estimates = point.estimates.value, let rademacher = estimates.rademacher.value?.mean.value,
          rademacher >= estimates.gap.value
        else { return nil }
        return (axis.positions[index], estimates.gap.value, rademacher)
      }
      areas.append(CurvesPlot.Area(label: "where B lies", points: between, colour: Palette.faint))
      series.append(
        CurvesPlot.Series(
          label: "B Rademacher", points: upper, colour: Palette.series[3], marker: 5, dash: "solid"))
    }
    series.append(
      CurvesPlot.Series(
        label: "B needed", points: points(curve) { ($1.onSample.neededUnclipped, $1.onSample.neededInterval) },
        colour: Palette.series[1], marker: 9, dash: "solid", isLine: false))
    let finite = weights.map(\.value).filter { $0 > 0 && $0.isFinite }
    if let fit = curve.needed.value?.fit, let first = finite.first, let last = finite.last, first < last {
      series.append(
        CurvesPlot.Series(
          label: "decay of B needed",
          points: (0...40).map { step in
            let x = log(first) + (log(last) - log(first)) * Double(step) / 40
            return CurvesPlot.Point(x: x, y: fit(exp(x)))
          }, colour: Palette.series[1], marker: 9, dash: "(10,4)", isPlain: true))
    }
    let certificate = points(curve) { _, estimates in
      estimates.onSample.isCertificateVacuous == false ? estimates.onSample.certificate.value.map { ($0, nil) } : nil
    }
    if !certificate.isEmpty {
      series.append(
        CurvesPlot.Series(
          label: "certificate", points: certificate, colour: Palette.series[2], marker: 13, dash: "(4,4)"))
    }
    series.append(level(0, "0", dash: "(2,4)"))
    // The interval of a Rademacher estimate from few training sets would be all that is seen.
    let focus = series.filter { $0.label != "B Rademacher" }.flatMap(\.points).flatMap {
      [$0.y, $0.low, $0.high].compactMap { $0 }
    }
    return Panel(
      name: name("b", family, place.index, size: curve.size),
      script: plot(
        title(place), y: "B in nats", series, areas: areas, focus: focus + [rademacherTop(place).value]),
      alternative: "\(title(place)): mean gap \(Self.ends(curve) { $0.gap.value }); B needed "
        + "\(Self.ends(curve) { $0.onSample.neededUnclipped }); Rademacher estimate "
        + "\(Self.ends(curve) { $0.rademacher.value?.mean.value }).")
  }
}
