import Statistics

/// Can the student represent the teacher, on the sample and on the population? Without that the limit need not be reached.
struct TeacherRules {
  let curve: BoundCurve
  let facts: FamilyFacts

  /// A divergence up to which the teacher counts as reached: by Pinsker's inequality the probabilities of a label then differ
  /// by at most 0.05 in the mean.
  static let reached = 0.005

  func verdicts() -> [Verdict] {
    guard let point = curve.points.last, point.weight.value == .infinity, let estimates = point.estimates.value else {
      return []
    }
    // R has the factor τ², with which gradients keep their size.
    let unit = facts.temperature * facts.temperature
    let (sample, pool) = (estimates.rSample, estimates.rPool)
    let numbers = [
      "sample": sample.value, "sampleLow": sample.interval.low, "sampleHigh": sample.interval.high, "pool": pool.value,
      "poolLow": pool.interval.low, "poolHigh": pool.interval.high, "limit": Self.reached * unit,
    ]
    let difference = VerdictText.number(Pinsker.probabilityDifference(pool.value / unit))
    let what =
      "at λ = ∞ the divergence R is \(VerdictText.estimate(sample.value, sample.interval)) on the sample and "
      + "\(VerdictText.estimate(pool.value, pool.interval)) on the pool, where a label's "
      + "\(facts.temperature == 1 ? "" : "softened ")probability differs from the teacher's by at most \(difference) in the "
      + "mean"
    func verdict(_ kind: Verdict.Kind, _ sentence: String) -> [Verdict] {
      [Verdict(kind, .representability, size: curve.size, "With N = \(curve.size) \(sentence): \(what).", numbers)]
    }
    let limit = Self.reached * unit
    if sample.interval.low > limit {
      return verdict(
        .conditionNotMet,
        "the student does not reach the teacher even on the training samples, so that the theorem's limit need not be "
          + "reached")
    }
    if sample.interval.high <= limit, pool.interval.low > limit {
      return verdict(
        .conditionNotMet,
        "the student reaches the teacher on the training samples only, not on the population, so that the theorem's limit "
          + "need not be reached")
    }
    if sample.interval.high <= limit, pool.interval.high <= limit {
      return verdict(.agreement, "the student reaches the teacher on the sample and on the population")
    }
    return verdict(.undecided, "it is not decided whether the student reaches the teacher")
  }
}
