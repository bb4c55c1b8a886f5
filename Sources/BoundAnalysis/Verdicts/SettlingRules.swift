import Statistics

/// Does Θ* lie where the argument needs it, is it settled, and are the training sets independent?
struct SettlingRules {
  let curves: BoundCurves

  func verdicts() -> [Verdict] { [localisation, set, settled].compactMap { $0 } + budgets + independence }

  private var points: [CurvePoint] { curves.curves.flatMap(\.points) }
  private var draws: Int { points.reduce(0) { $0 + $1.draws } }

  private func place(_ point: CurvePoint) -> String { "N = \(point.size) and λ = \(VerdictText.name(point.weight))" }

  private var localisation: Verdict? {
    guard let least = points.min(by: { $0.localisedShare < $1.localisedShare }) else { return nil }
    let localised = points.reduce(0) { $0 + $1.localised }
    let numbers = ["localised": Double(localised), "points": Double(draws), "least": least.localisedShare]
    let share = "\(VerdictText.whole(localised)) of \(VerdictText.whole(draws)) trained points"
    return localised == draws
      ? Verdict(
        .agreement, .localisation,
        "Θ* is localised, F(Θ*) ≤ F(Θ_T), at all \(VerdictText.whole(draws)) trained points.", numbers)
      : Verdict(
        .conditionNotMet, .localisation,
        "Θ* is localised, F(Θ*) ≤ F(Θ_T), at \(share), least often with \(place(least)) "
          + "(\(VerdictText.percent(least.localisedShare))); the others are left out of every estimate, the theorem's "
          + "argument not being about them.", numbers)
  }

  private var set: Verdict? {
    let constrained = points.filter { $0.radius.isFinite }
    guard let least = constrained.min(by: { $0.inSetShare < $1.inSetShare }) else { return nil }
    let all = constrained.reduce(0) { $0 + $1.draws }
    let inSet = constrained.reduce(0) { $0 + $1.inSet }
    let expected = Double(curves.pilots) / Double(curves.pilots + 1)
    let share = Proportion(least.inSet, of: least.draws)
    let kind: Verdict.Kind =
      share.interval.high < 1 - curves.delta
      ? .conditionNotMet : share.interval.low >= 1 - curves.delta || inSet == all ? .agreement : .undecided
    return Verdict(
      kind, .localisation,
      "Θ* lies in H_λ at \(VerdictText.whole(inSet)) of \(VerdictText.whole(all)) trained points with λ > 0, least often "
        + "with \(place(least)) (\(VerdictText.percent(share.share)), Clopper–Pearson 95 %: \(VerdictText.range(share)))"
        + (inSet == all ? "." : "; where it does not, the supremum over H_λ says nothing of it.")
        + " With \(curves.pilots) pilots a new Θ* is expected in it in \(VerdictText.percent(expected)).",
      [
        "inSet": Double(inSet), "points": Double(all), "least": share.share, "leastHigh": share.interval.high,
        "expected": expected,
      ])
  }

  private var settled: Verdict? {
    guard let least = points.min(by: { $0.convergedShare < $1.convergedShare }) else { return nil }
    let converged = points.reduce(0) { $0 + $1.converged }
    let norms = points.compactMap(\.gradientNorm)
    return Verdict(
      .remark, .budget,
      "Θ* is what \(VerdictText.whole(curves.budget)) evaluations reach: at "
        + "\(VerdictText.percent(Double(converged) / Double(draws))) of \(VerdictText.whole(draws)) trained points the last "
        + "fifth of them brought less than 1 % of the decrease"
        + (converged == draws
          ? "" : ", least often with \(place(least)) (\(VerdictText.percent(least.convergedShare)))")
        + (norms.isEmpty
          ? "." : "; the median of the relative gradient is at most \(VerdictText.number(norms.max()!)) at every λ."),
      ["converged": Double(converged), "points": Double(draws), "least": least.convergedShare])
  }

  /// For each size the λ at which the longest budget's gap differs from the shortest's by most.
  private var budgets: [Verdict] {
    Dictionary(grouping: curves.budgets, by: \.size).sorted { $0.key < $1.key }.compactMap { size, effects in
      let spans = Dictionary(grouping: effects, by: \.weight).sorted { $0.key.value < $1.key.value }.map { _, effects in
        effects.sorted { $0.budget < $1.budget }
      }
      guard
        let widest = spans.max(by: { abs($0.last!.gap - $0[0].gap) < abs($1.last!.gap - $1[0].gap) }),
        let first = widest.first, let last = widest.last, first.budget < last.budget
      else { return nil }
      let changed = effects.filter { effect in effect.gapChange.map { !$0.interval.contains(0) } ?? false }
      let others = effects.filter { $0.gapChange != nil }
      return Verdict(
        .remark, .budget, size: size,
        "With N = \(size) the budget changes the mean gap most at λ = \(VerdictText.name(first.weight)): from "
          + "\(VerdictText.number(first.gap)) after \(VerdictText.whole(first.budget)) evaluations to "
          + "\(VerdictText.number(last.gap)) after \(VerdictText.whole(last.budget)), on the same \(first.draws) draws; it "
          + "differs for certain from that with \(VerdictText.whole(curves.budget)) in \(changed.count) of \(others.count) "
          + "cases.",
        [
          "shortest": Double(first.budget), "longest": Double(last.budget), "gapShortest": first.gap,
          "gapLongest": last.gap, "changed": Double(changed.count), "compared": Double(others.count),
        ])
    }
  }

  private var independence: [Verdict] {
    var verdicts: [Verdict] = []
    if let population = curves.facts.population, let curve = curves.curves.last, let draws = curve.points.first?.draws {
      // The mean of K samples of N out of P: a part σ² (1/N − 1/P) / K that differs between draws, and σ² / P that they share.
      let (n, p) = (Double(curve.size), Double(population))
      let own = max(0, 1 / n - 1 / p) / Double(draws)
      verdicts.append(
        Verdict(
          .remark, .independence,
          "The training sets are drawn from the same \(VerdictText.whole(population)) samples: two sets of \(curve.size) are "
            + "expected to share \(VerdictText.percent(n / p)) of theirs. Intervals over draws are for further sets out of "
            + "these samples; for new ones that of a mean loss would have to be about "
            + "\(VerdictText.number(own > 0 ? ((own + 1 / p) / own).squareRoot() : .infinity)) times as wide.",
          ["population": p, "overlap": n / p]))
    }
    if curves.facts.hasEqualShares {
      verdicts.append(
        Verdict(
          .remark, .independence,
          "Every class has the same share of each training set, where the theorem has independent samples: the sets vary "
            + "less than those."))
    }
    return verdicts
  }
}
