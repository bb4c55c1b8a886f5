import Statistics

/// Does B fall as λ grows, and is its limit at most 0?
struct DecayRules {
  let curve: BoundCurve

  func verdicts() -> [Verdict] {
    [
      decrease("the gap's mean", curve.trend(.gap)), decrease("B needed (unclipped)", curve.trend(.needed)),
      limit("the gap's mean", curve.gap) { ($0.gap.value, $0.gapWithPool.interval) },
      limit("B needed (unclipped)", curve.needed) { estimates in
        let bound = estimates.onSample
        return (
          bound.neededUnclipped,
          bound.neededInterval.widened(around: bound.neededUnclipped, by: estimates.heldOutPoolError)
        )
      },
    ]
  }

  private func decrease(_ name: String, _ trend: Known<KendallTrend>) -> Verdict {
    let start = "With N = \(curve.size)"
    switch trend {
    case .unknown(let reason):
      return Verdict(
        .undecided, .decrease, size: curve.size,
        "\(start), whether \(name) falls as λ grows cannot be told: \(reason).")
    case .known(let trend):
      let numbers = ["tau": trend.tau, "p": trend.pValue, "points": Double(trend.count)]
      let test =
        "Kendall's τ = \(VerdictText.number(trend.tau)) over \(trend.count) λ, permutation \(VerdictText.p(trend.pValue))"
      guard trend.pValue < 0.05 else {
        return Verdict(
          .undecided, .decrease, size: curve.size,
          "\(start), whether \(name) falls as λ grows is not decided: \(test).", numbers)
      }
      return trend.tau < 0
        ? Verdict(.agreement, .decrease, size: curve.size, "\(start) \(name) falls as λ grows: \(test).", numbers)
        : Verdict(
          .contradiction, .decrease, size: curve.size,
          "\(start) \(name) rises as λ grows, where the theorem has B fall: \(test).", numbers)
    }
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
