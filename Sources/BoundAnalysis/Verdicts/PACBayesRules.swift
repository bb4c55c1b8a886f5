/// What a PAC-Bayes bound, which knows nothing of λ, says of the same training sets.
struct PACBayesRules {
  let curve: BoundCurve
  let curves: BoundCurves

  func verdicts() -> [Verdict] {
    let known = curve.points.compactMap { point in
      point.pacBayes.value.map { (weight: point.weight, estimate: $0, accuracy: point.estimates.value?.accuracy) }
    }
    guard let best = known.min(by: { $0.estimate.bound.value < $1.estimate.bound.value }) else { return [] }
    let guess = curves.facts.uniformError
    let vacuous = known.filter { $0.estimate.bound.value >= guess }.map(\.weight)
    return [
      Verdict(
        .remark, .pacBayes, size: curve.size,
        "With N = \(curve.size) a PAC-Bayes bound on the 0–1 error, which knows nothing of λ, is least at λ = "
          + "\(VerdictText.name(best.weight)), \(VerdictText.number(best.estimate.bound.value)), where the held-out error of its "
          + "random predictors is \(VerdictText.number(best.estimate.heldOutError.value))"
          + (best.accuracy.map { ", and that of Θ* itself \(VerdictText.number(1 - $0))" } ?? "")
          + "; it is no better than guessing "
          + "(\(VerdictText.number(guess))) \(VerdictText.at(vacuous, of: known.count)).",
        [
          "least": best.estimate.bound.value, "heldOutThere": best.estimate.heldOutError.value, "guess": guess,
          "vacuous": Double(vacuous.count), "points": Double(known.count),
        ])
    ]
  }
}
