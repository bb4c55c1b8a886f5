/// How does the gap fall with N?
struct SizeRules {
  let curves: BoundCurves

  func verdicts() -> [Verdict] {
    let known = curves.gapBySize.compactMap { item in item.line.value.map { (item.weight, $0) } }
    guard let first = known.first, let last = known.last else { return [] }
    func slope(_ item: (DistillationWeight, GapBySize.Line)) -> String {
      "\(VerdictText.number(item.1.slope.value)) ± \(VerdictText.number(item.1.slope.error)) at λ = "
        + VerdictText.name(item.0)
    }
    let range = known.count == 1 ? slope(first) : "\(slope(first)) and \(slope(last))"
    return [
      Verdict(
        .remark, .size,
        "In double logarithm the mean gap falls with N with a slope of \(range) (± one standard error; "
          + "\(known.count) of \(curves.gapBySize.count) λ have a gap above 0 for certain at two sizes or more); "
          + "concentration alone would give −0.5.",
        [
          "firstSlope": first.1.slope.value, "firstError": first.1.slope.error, "lastSlope": last.1.slope.value,
          "lastError": last.1.slope.error,
        ])
    ]
  }
}
