/// The rules by which verdicts follow from the estimates. Nothing is decided where an interval or a test does not decide it.
struct VerdictRules {
  let curves: BoundCurves

  /// All of them, contradictions first.
  func verdicts() -> [Verdict] {
    var verdicts: [Verdict] = []
    for curve in curves.curves {
      verdicts += CoverageRules(curve: curve, delta: curves.delta).verdicts()
      verdicts += DecayRules(curve: curve, facts: curves.facts).verdicts()
      verdicts += TeacherRules(curve: curve, facts: curves.facts).verdicts()
      verdicts += LossLimitRules(curve: curve).verdicts()
      verdicts += BoundRules(curve: curve, curves: curves).verdicts()
      verdicts += PACBayesRules(curve: curve, curves: curves).verdicts()
    }
    verdicts += SettlingRules(curves: curves).verdicts()
    verdicts += SizeRules(curves: curves).verdicts()
    return Verdict.Kind.allCases.flatMap { kind in verdicts.filter { $0.kind == kind } }
  }
}

extension BoundCurves {
  /// What follows from the numbers in plain words: contradictions with the theorem's reading first.
  public var verdicts: [Verdict] { VerdictRules(curves: self).verdicts() }
}
