/// The band of B, where the bound says nothing, the certificate, and the choice of λ.
struct BoundRules {
  let curve: BoundCurve
  let curves: BoundCurves

  private typealias Item = (weight: DistillationWeight, estimates: PointEstimates)

  func verdicts() -> [Verdict] { [band, vacuity, certificate, choice].compactMap { $0 } }

  private var known: [Item] {
    curve.points.compactMap { point in point.estimates.value.map { (point.weight, $0) } }
  }

  private var band: Verdict? {
    let items = known.compactMap { item in item.estimates.rademacher.value.map { (item.weight, item.estimates, $0) } }
    guard !items.isEmpty else { return nil }
    /// Whether the mean gap is above the estimate by more than 1.96 standard errors of both.
    let crossing = items.filter { item in
      let gap = item.1.gap.value - item.2.mean.value
      let variance =
        item.1.gapError * item.1.gapError + item.2.mean.error * item.2.mean.error
        + item.1.heldOutPoolError * item.1.heldOutPoolError
      return gap > StandardNormal.twoSidedQuantile(0.95) * variance.squareRoot()
    }.map(\.0)
    let numbers = ["points": Double(items.count), "crossing": Double(crossing.count)]
    if crossing.isEmpty {
      return Verdict(
        .agreement, .band, size: curve.size,
        "With N = \(curve.size) the mean gap, which bounds B from below, is nowhere above the Rademacher estimate, "
          + "which bounds it from above up to the ascent's shortfall, by more than chance (\(items.count) λ).", numbers)
    }
    return Verdict(
      .contradiction, .band, size: curve.size,
      "With N = \(curve.size) the mean gap is above the Rademacher estimate \(VerdictText.at(crossing, of: items.count)): "
        + "the ascent misses the supremum there, or Θ* is not in H_λ, and the bound with this B is not the theorem's.",
      numbers)
  }

  private var vacuity: Verdict? {
    let items = known.filter { $0.estimates.onSample.bound.value != nil }
    guard let best = items.min(by: { $0.estimates.lossBound.value! < $1.estimates.lossBound.value! }) else {
      return nil
    }
    let uniform = items.filter { curves.exceedsUniformLoss($0.estimates, $0.estimates.onSample)! }.map(\.weight)
    let zeroShot = items.filter { curves.exceedsZeroShot($0.estimates, $0.estimates.onSample)! }.map(\.weight)
    let least = best.estimates.lossBound.value!
    return Verdict(
      .remark, .vacuity, size: curve.size,
      "With N = \(curve.size) the bound on the loss is above ln C = \(VerdictText.number(curves.facts.uniformLoss)), which "
        + "guessing has, \(VerdictText.at(uniform, of: items.count)), and above zero-shot's loss "
        + "\(VerdictText.number(curves.zeroShotHeldOutLoss)) \(VerdictText.at(zeroShot, of: items.count)); it is least at "
        + "λ = \(VerdictText.name(best.weight)), \(VerdictText.number(least)), where the held-out loss is "
        + "\(VerdictText.number(best.estimates.heldOutLoss.value)).",
      [
        "uniform": Double(uniform.count), "zeroShot": Double(zeroShot.count), "points": Double(items.count),
        "least": least, "heldOutThere": best.estimates.heldOutLoss.value,
      ])
  }

  private var certificate: Verdict? {
    let items = known.compactMap { item in
      item.estimates.onSample.certificate.value.map { (item.weight, $0, item.estimates.onSample) }
    }
    guard let least = items.min(by: { $0.1 < $1.1 }) else {
      let reason = known.lazy.compactMap(\.estimates.onSample.certificate.reason).last
      return reason.map {
        Verdict(
          .remark, .certificate, size: curve.size, "With N = \(curve.size) there is no certificate of B: \($0).")
      }
    }
    let useful = items.filter { $0.2.isCertificateVacuous == false }.map(\.0)
    return Verdict(
      .remark, .certificate, size: curve.size,
      "With N = \(curve.size) the certificate e^X √(2ρ) of B is below X, and so says something, "
        + "\(VerdictText.at(useful, of: known.count)); it is least at λ = \(VerdictText.name(least.0)), "
        + "\(VerdictText.number(least.1)), where X is \(VerdictText.number(least.2.largestLoss)).",
      ["useful": Double(useful.count), "least": least.1])
  }

  private var choice: Verdict? {
    switch curve.choice {
    case .unknown(let reason):
      return Verdict(
        .undecided, .choice, size: curve.size,
        "With N = \(curve.size), what choosing λ by the bound costs cannot be told: \(reason).")
    case .known(let choice):
      let isSame = choice.byBound.weight == choice.byHeldOut.weight
      return Verdict(
        .remark, .choice, size: curve.size,
        "With N = \(curve.size) the mean bound is least at λ = \(VerdictText.name(choice.byBound.weight)) and the held-out "
          + "loss \(isSame ? "there too" : "at λ = \(VerdictText.name(choice.byHeldOut.weight))"); choosing λ by a draw's "
          + "own bound costs \(VerdictText.estimate(choice.cost.value, choice.cost.interval)) of held-out loss against the "
          + "best λ for each draw, where the smallest λ of all costs \(VerdictText.number(choice.costOfSmallest)).",
        [
          "byBound": choice.byBound.weight.value, "byHeldOut": choice.byHeldOut.weight.value, "cost": choice.cost.value,
          "costLow": choice.cost.interval.low, "costHigh": choice.cost.interval.high,
          "costOfSmallest": choice.costOfSmallest,
        ])
    }
  }
}
