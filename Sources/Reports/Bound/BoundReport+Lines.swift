import BoundAnalysis

extension BoundReport {
  /// All verdicts as sentences: what contradicts the theorem's reading first. With several families each begins with its name.
  public var sentences: [String] { Verdict.Kind.allCases.flatMap { sentences($0) } }

  /// The verdicts of one kind as sentences.
  func sentences(_ kind: Verdict.Kind) -> [String] {
    families.flatMap { family in
      family.verdicts.filter { $0.kind == kind }.map {
        families.count > 1 ? "\(family.label): \($0.text)" : $0.text
      }
    }
  }

  /// A short table of every curve as lines of cells for a terminal, each with its title. The first cells of a table are the
  /// titles of its columns.
  public var curveLines: [(title: String, lines: [[String]])] {
    families.flatMap { family in
      family.curves.curves.map { curve in
        let head = [
          "λ", "localised", "gap", "X*", "concentration", "B needed", "B Rademacher", "coverage", "held-out loss",
        ]
        let lines = curve.points.map { point -> [String] in
          let start = [WeightTicks.label(point.weight), "\(point.localised)/\(point.draws)"]
          guard let estimates = point.estimates.value else {
            return start + Array(repeating: "", count: head.count - start.count)
          }
          return start
            + [
              estimates.gap.value, estimates.xStar, estimates.onSample.concentration,
              estimates.onSample.neededUnclipped,
            ].map(BoundTables.text)
            + [
              estimates.rademacher.value.map { BoundTables.text($0.mean.value) } ?? "",
              estimates.onSample.coverage.value.map { "\($0.successes)/\($0.trials)" } ?? "",
              BoundTables.text(estimates.heldOutLoss.value),
            ]
        }
        return ("\(family.label), N = \(curve.size)", [head] + lines)
      }
    }
  }
}
