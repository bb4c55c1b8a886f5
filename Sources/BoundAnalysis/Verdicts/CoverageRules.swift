import CGSL
import Statistics

/// Does the bound hold in a share 1 − δ of the draws?
struct CoverageRules {
  let curve: BoundCurve
  let delta: Double

  /// With a B that is fitted, not only the draws that are tested are due to chance: the binomial p value is too small, and a
  /// smaller one is asked for.
  private static let levels = (estimated: 0.025, fitted: 0.001)

  func verdicts() -> [Verdict] {
    var verdicts = [
      verdict(.coverage, "the bound with the Rademacher estimate of B", Self.levels.estimated) {
        $0.estimates.flatMap { $0.onSample.coverage }
      },
      verdict(.crossFittedCoverage, "the bound with a B that other draws fixed", Self.levels.fitted) {
        $0.estimates.flatMap { $0.onSample.crossFittedCoverage }
      },
    ]
    if curve.points.contains(where: { $0.pacBayes.value != nil }) {
      verdicts.append(
        verdict(.pacBayesCoverage, "the PAC-Bayes bound on the error of random predictors", Self.levels.estimated) {
          $0.pacBayes.map(\.coverage)
        })
    }
    return verdicts
  }

  private func verdict(
    _ question: Verdict.Question, _ name: String, _ level: Double,
    _ coverage: (CurvePoint) -> Known<Proportion>
  ) -> Verdict {
    let all = curve.points.map { ($0.weight, coverage($0)) }
    let known = all.compactMap { weight, coverage in coverage.value.map { (weight: weight, share: $0) } }
    let target = VerdictText.percent(1 - delta)
    guard let least = known.min(by: { $0.share.share < $1.share.share }) else {
      let reason = all.lazy.compactMap(\.1.reason).first ?? "there are no draws"
      return Verdict(
        .undecided, question, size: curve.size,
        "With N = \(curve.size), whether \(name) holds in \(target) of draws is not known: \(reason).")
    }
    let pValues = known.map { item in
      gsl_cdf_binomial_P(UInt32(item.share.successes), 1 - delta, UInt32(item.share.trials))
    }
    // The binomial p value for each λ, corrected for their number (Holm 1979).
    let adjusted = (try? HolmCorrection.adjusted(pValues)) ?? pValues
    let failing = known.indices.filter { adjusted[$0] <= level }.sorted {
      known[$0].share.share < known[$1].share.share
    }
    let numbers = [
      "target": 1 - delta, "least": least.share.share, "leastLow": least.share.interval.low,
      "leastHigh": least.share.interval.high, "failing": Double(failing.count), "adjustedP": adjusted.min()!,
    ]
    if !failing.isEmpty {
      let items = failing.prefix(3).map { "in \(held(known[$0].share)) at λ = \(VerdictText.name(known[$0].weight))" }
      let more = failing.count > 3 ? ", and too seldom at \(failing.count - 3) more λ" : ""
      return Verdict(
        .contradiction, question, size: curve.size,
        "With N = \(curve.size) \(name) is violated: it held \(VerdictText.list(Array(items)))\(more), where it should in "
          + "\(target) (\(VerdictText.p(adjusted.min()!)) after Holm's correction for \(known.count) λ).", numbers)
    }
    let everywhere = known.count == all.count ? "at every λ" : "at each of the \(known.count) λ where it is known"
    let isSame = known.allSatisfy { $0.share == least.share }
    let what =
      isSame
      ? "held in \(held(least.share)) \(everywhere)"
      : "held least often at λ = \(VerdictText.name(least.weight)), in \(held(least.share)), of all λ"
    let isDecided = least.share.interval.low >= 1 - delta
    let doubt =
      least.share.interval.high < 1 - delta
      ? "taken by itself that is too seldom, as the least of \(known.count) λ it is not so for certain "
        + "(\(VerdictText.p(adjusted.min()!)) after Holm's correction)."
      : "nothing speaks against it, but the interval includes smaller shares."
    return Verdict(
      isDecided ? .agreement : .undecided, question, size: curve.size,
      "With N = \(curve.size) \(name) \(what)"
        + (isDecided
          ? ", as it should in \(target)."
          : "; it should in \(target): \(doubt)"),
      numbers)
  }

  /// `64 of 64 draws (Clopper–Pearson 95 %: at least 94.4 %)`.
  private func held(_ share: Proportion) -> String {
    "\(share.successes) of \(share.trials) draws (Clopper–Pearson \(VerdictText.percent(share.interval.level)): "
      + "\(VerdictText.range(share)))"
  }
}
