import Statistics

/// Does B fall as λ grows, and is its limit at most 0?
struct DecayRules {
  let curve: BoundCurve
  let facts: FamilyFacts

  func verdicts() -> [Verdict] {
    let gap = [
      decrease("the gap's mean", .gap),
      limit("the gap's mean", curve.gap) { ($0.gap.value, $0.gapWithPool.interval) },
    ]
    if let unneeded { return gap + [unneeded] }
    return gap + [
      decrease("B needed (unclipped)", .needed),
      limit("B needed (unclipped)", curve.needed) { estimates in
        let bound = estimates.onSample
        return (
          bound.neededUnclipped,
          bound.neededInterval.widened(around: bound.neededUnclipped, by: estimates.heldOutPoolError)
        )
      },
    ]
  }

  /// What is said where no B is needed at any λ: then nothing that falls or vanishes has been seen.
  private var unneeded: Verdict? {
    let bounds = curve.points.compactMap { point in point.estimates.value.map { (point.weight, $0.onSample) } }
    guard let most = bounds.max(by: { $0.1.neededUnclipped < $1.1.neededUnclipped }),
      bounds.allSatisfy({ $0.1.neededInterval.low <= 0 })
    else { return nil }
    return Verdict(
      .remark, .decrease, size: curve.size,
      "With N = \(curve.size) no B is needed for certain at any λ: the concentration term with X* from the sample is enough "
        + "(the most is needed at λ = \(VerdictText.name(most.0)), "
        + "\(VerdictText.estimate(most.1.neededUnclipped, most.1.neededInterval)) unclipped), so that whether B needed falls "
        + "and vanishes is not put to the test.", ["most": most.1.neededUnclipped])
  }

  private func decrease(_ name: String, _ quantity: CurveTrend.Quantity) -> Verdict {
    let start = "With N = \(curve.size)"
    let item = curve.trends.first { $0.quantity == quantity }!
    guard let trend = item.trend.value, let fall = item.fall.value else {
      return Verdict(
        .undecided, .decrease, size: curve.size,
        "\(start), whether \(name) falls as λ grows cannot be told: \(item.trend.reason ?? item.fall.reason ?? "").")
    }
    let numbers = [
      "tau": trend.tau, "p": trend.pValue, "points": Double(trend.count), "fall": fall.value,
      "fallLow": fall.interval.low, "fallHigh": fall.interval.high,
    ]
    let evidence =
      "Kendall's τ = \(VerdictText.number(trend.tau)) over \(trend.count) λ, permutation \(VerdictText.p(trend.pValue)), and "
      + "from the first λ to the last it falls by \(VerdictText.estimate(fall.value, fall.interval))"
    if trend.pValue < 0.05, trend.tau < 0, fall.interval.low > 0 {
      return Verdict(
        .agreement, .decrease, size: curve.size, "\(start) \(name) falls as λ grows: \(evidence).", numbers)
    }
    if trend.pValue < 0.05, trend.tau > 0, fall.interval.high < 0 {
      return Verdict(
        .contradiction, .decrease, size: curve.size,
        "\(start) \(name) rises as λ grows, where the theorem has B fall: \(evidence).", numbers)
    }
    return Verdict(
      .undecided, .decrease, size: curve.size,
      "\(start), whether \(name) falls as λ grows is not decided: \(evidence).", numbers)
  }

  /// What λ = ∞ itself shows decides, if it is among the λ; what the fit extrapolates may only keep it from deciding for 0.
  private func limit(
    _ name: String, _ fit: Known<LimitFit>, _ end: (PointEstimates) -> (value: Double, interval: Interval)
  ) -> Verdict {
    let last = curve.points.last.flatMap { $0.weight.value == .infinity ? $0.estimates.value : nil }.map(end)
    let fitted = fit.flatMap(\.limit)
    var parts: [String] = []
    var numbers: [String: Double] = [:]
    if let last {
      parts.append("at λ = ∞ it is \(VerdictText.estimate(last.value, last.interval))")
      numbers = ["end": last.value, "endLow": last.interval.low, "endHigh": last.interval.high]
    }
    if let fit = fit.value {
      numbers["limit"] = fit.fit.limit.value
      numbers["limitError"] = fit.fit.limit.error
      numbers["exponent"] = fit.fit.exponent.value
      let exponent = "p = \(VerdictText.number(fit.fit.exponent.value))"
      if let interval = fitted.value {
        numbers["limitLow"] = interval.low
        numbers["limitHigh"] = interval.high
        parts.append(
          "the fit a + b λ^(−p), \(exponent), has the limit \(VerdictText.estimate(fit.fit.limit.value, interval))")
      } else {
        parts.append(
          "the fit a + b λ^(−p), \(exponent), has the limit \(VerdictText.number(fit.fit.limit.value)), without an "
            + "interval (\(fitted.reason ?? ""))")
      }
    } else {
      parts.append("no decay can be fitted (\(fit.reason ?? ""))")
    }
    let evidence = VerdictText.list(parts)
    let start = "With N = \(curve.size)"
    let deciding = last?.interval ?? fitted.value
    if let deciding, deciding.low > 0 {
      // Without a teacher that the student reaches, the theorem does not promise that B vanishes.
      let isTeacherMissed = TeacherRules(curve: curve, facts: facts).verdicts().contains { $0.kind == .conditionNotMet }
      guard !isTeacherMissed else {
        return Verdict(
          .conditionNotMet, .limit, size: curve.size,
          "\(start) \(name) stays above 0 as λ → ∞, and the student does not reach the teacher, without which the theorem's "
            + "limit need not be reached: \(evidence).", numbers)
      }
      return Verdict(
        .contradiction, .limit, size: curve.size,
        "\(start) \(name) stays above 0 as λ → ∞, where the theorem's B vanishes: \(evidence).", numbers)
    }
    if let deciding, deciding.high <= 0, fitted.value.map({ $0.low <= 0 }) ?? true {
      return Verdict(
        .agreement, .limit, size: curve.size, "\(start) \(name) is at most 0 as λ → ∞: \(evidence).", numbers)
    }
    return Verdict(
      .undecided, .limit, size: curve.size,
      "\(start), whether \(name) is at most 0 as λ → ∞ is not decided: \(evidence).", numbers)
  }
}
