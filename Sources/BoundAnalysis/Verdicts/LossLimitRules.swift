/// How X* goes with λ, and how much rests on X* being the maximum over the sample itself.
struct LossLimitRules {
  let curve: BoundCurve

  func verdicts() -> [Verdict] { [trend, reliance].compactMap { $0 } }

  private var known: [(weight: DistillationWeight, estimates: PointEstimates)] {
    curve.points.compactMap { point in point.estimates.value.map { (point.weight, $0) } }
  }

  private var trend: Verdict? {
    guard let trend = curve.trend(.xStar).value, let first = known.first, let last = known.last else { return nil }
    let how = trend.pValue >= 0.05 ? "goes neither up nor down for certain" : trend.tau > 0 ? "rises" : "falls"
    return Verdict(
      .remark, .lossLimit, size: curve.size,
      "With N = \(curve.size) X*, and with it the concentration term, \(how) as λ grows: from "
        + "\(VerdictText.number(first.estimates.xStar)) at λ = \(VerdictText.name(first.weight)) to "
        + "\(VerdictText.number(last.estimates.xStar)) at λ = \(VerdictText.name(last.weight)) (Kendall's τ = "
        + "\(VerdictText.number(trend.tau)), permutation \(VerdictText.p(trend.pValue))).",
      ["tau": trend.tau, "p": trend.pValue, "first": first.estimates.xStar, "last": last.estimates.xStar])
  }

  /// Where B needed is above 0 by its interval, with X from each place.
  private var reliance: Verdict? {
    guard !known.isEmpty else { return nil }
    var numbers: [String: Double] = [:]
    var items: [String] = []
    for limit in LossLimit.allCases {
      let bounds = known.compactMap { point in point.estimates.bound(limit).map { (point.weight, $0) } }
      guard !bounds.isEmpty else { continue }
      let above = bounds.filter { $0.1.neededInterval.low > 0 }.map(\.0)
      numbers[limit.rawValue] = Double(above.count)
      let source =
        switch limit {
        case .trainingMaximum: "with X* as the largest loss of the training set"
        case .heldOutMaximum:
          "with the largest held-out loss (up to \(VerdictText.number(bounds.map(\.1.largestLoss).max()!)))"
        case .dataFreeCap: "with the cap that needs no data (\(VerdictText.number(bounds[0].1.largestLoss)))"
        }
      items.append("\(source) \(VerdictText.at(above, of: known.count))")
    }
    let (sample, heldOut) = (numbers[LossLimit.trainingMaximum.rawValue]!, numbers[LossLimit.heldOutMaximum.rawValue]!)
    let conclusion =
      sample > 0 && heldOut == 0
      ? "; that a B is needed at all rests on X* being the maximum over the sample itself" : ""
    return Verdict(
      .remark, .lossLimit, size: curve.size,
      "With N = \(curve.size) B needed is above 0 for certain \(items.joined(separator: ", "))\(conclusion).", numbers)
  }
}
