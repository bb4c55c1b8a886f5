import BoundAnalysis
import Foundation
import Statistics

/// The tables of a sweep.
struct BoundTables {
  let families: [SweptFamily]

  /// The curves, each family and size by itself: what was measured, then what the theorem makes of it.
  func curves() -> [Table] {
    families.flatMap { family in
      family.curves.curves.indices.flatMap { [measured(family, $0), bound(family, $0)] }
    }
  }

  // MARK: What was measured

  private func measured(_ family: SweptFamily, _ place: Int) -> Table {
    let curve = family.curves.curves[place]
    let hasNewClasses = curve.points.contains { $0.estimates.value?.newClassAccuracy != nil }
    var titles = [
      "λ", "localised", "in H_λ", "converged", "training loss", "held-out loss", "gap", "beyond zero-shot", "X*",
      "X* on pool", "R sample", "R pool", "accuracy %",
    ]
    if hasNewClasses { titles.append("new classes %") }
    let rows = zip(curve.points, family.means[place]).map { point, means -> [Table.Field] in
      let share = { (share: Double) in Table.Field(NumberText.percent(share), key: share) }
      let head = [
        Self.lambda(point.weight), share(point.localisedShare), share(point.inSetShare), share(point.convergedShare),
      ]
      guard let estimates = point.estimates.value, let means else {
        return head + Array(repeating: .none, count: titles.count - head.count)
      }
      var row =
        head + [
          Self.number(means.trainingLoss.value), Self.estimate(estimates.heldOutLoss),
          Self.estimate(Estimate(value: estimates.gap.value, interval: estimates.gapWithPool.interval)),
          estimates.gapBeyondZeroShot.value.map { Self.estimate($0.mean) } ?? .none, Self.estimate(means.xStar),
          Self.estimate(means.xStarHeldOut), Self.estimate(estimates.rSample), Self.estimate(estimates.rPool),
          Table.Field(NumberText.percent(estimates.accuracy), key: estimates.accuracy),
        ]
      if hasNewClasses {
        row.append(
          estimates.newClassAccuracy.map { Table.Field(NumberText.percent($0), key: $0) } ?? .none)
      }
      return row
    }
    return Table(
      title: "\(family.label), N = \(curve.size): what was measured",
      caption:
        "Shares in %, of \(NumberText.count(curve.points[0].draws, "training set")); all else are means over those that are "
        + "localised, losses and divergences in nats, with 95 % intervals over training sets; that of the gap has the pool's "
        + "error too. Beyond zero-shot: less β times the gap of zero-shot on the same images.",
      columns: titles.map { Table.Column(title: $0) }, rows: rows)
  }

  // MARK: What the theorem makes of it

  private func bound(_ family: SweptFamily, _ place: Int) -> Table {
    let curve = family.curves.curves[place]
    let titles = [
      "λ", "ρ", "concentration", "B needed", "at most", "B Rademacher", "certificate", "bound on gap", "loss + bound",
      "coverage %", "cross-fitted %",
    ]
    let rows = zip(curve.points, family.means[place]).map { point, means -> [Table.Field] in
      let head = [
        Self.lambda(point.weight),
        Table.Field(
          point.radius.isFinite ? Self.text(point.radius) : "∞", key: point.radius.isFinite ? point.radius : nil),
      ]
      guard let estimates = point.estimates.value, let means else {
        return head + Array(repeating: .none, count: titles.count - head.count)
      }
      let sample = estimates.onSample
      return head + [
        Self.number(sample.concentration),
        Self.estimate(Estimate(value: sample.neededUnclipped, interval: sample.neededInterval)),
        Self.known(sample.neededHigh), means.rademacher.map(Self.estimate) ?? .none,
        sample.isCertificateVacuous == true
          ? Table.Field("vacuous", key: sample.certificate.value) : Self.known(sample.certificate),
        Self.known(sample.bound), Self.known(estimates.lossBound), Self.proportion(sample.coverage),
        Self.proportion(sample.crossFittedCoverage),
      ]
    }
    return Table(
      title: "\(family.label), N = \(curve.size): the bound, \(family.curves.formSummary)",
      caption:
        "In nats, with X* the maximum over the training set itself. B needed is the \(BoundFigures.trimmed(100 * (1 - family.setting.delta))) % "
        + "quantile of gap − concentration, below 0 where concentration alone is more than enough; at most: its "
        + "distribution-free upper limit, clipped at 0. The certificate is vacuous where it exceeds the largest loss. Cross-fitted: B of one half "
        + "of the training sets tested on the other. Coverage with intervals of Clopper and Pearson. ln C is "
        + "\(Self.text(family.curves.facts.uniformLoss)), zero-shot's held-out loss \(Self.text(family.curves.zeroShotHeldOutLoss))."
        + reasons(curve),
      columns: titles.map { Table.Column(title: $0) }, rows: rows)
  }

  /// Why columns are empty, once each.
  private func reasons(_ curve: BoundCurve) -> String {
    var reasons: [String] = []
    func add(_ what: String, _ reason: String?) {
      guard let reason else { return }
      let line = "\(what): \(reason)"
      if !reasons.contains(line) { reasons.append(line) }
    }
    for estimates in curve.points.compactMap(\.estimates.value) {
      add("B Rademacher", estimates.rademacher.reason)
      add("upper limit of B needed", estimates.onSample.neededHigh.reason)
      add("cross-fitted coverage", estimates.onSample.crossFittedCoverage.reason)
      add("certificate", estimates.onSample.certificate.reason)
    }
    return reasons.isEmpty ? "" : " What is not there: \(reasons.joined(separator: "; "))."
  }

  // MARK: How much rests on X*

  /// The bound with X from each place.
  func lossLimits() -> Table {
    var rows: [[Table.Field]] = []
    for family in families {
      for curve in family.curves.curves {
        for point in curve.points {
          guard let estimates = point.estimates.value else { continue }
          for bound in estimates.bounds {
            rows.append([
              Table.Field(family.label), Table.Field("\(curve.size)", key: Double(curve.size)),
              Self.lambda(point.weight),
              Table.Field(Self.name(bound.lossLimit)), Self.number(bound.largestLoss), Self.number(bound.concentration),
              Self.number(bound.needed), Self.known(bound.bound), Self.proportion(bound.coverage),
              Self.proportion(bound.crossFittedCoverage),
            ])
          }
        }
      }
    }
    return Table(
      title: "How much rests on X* being the maximum over the sample itself",
      caption:
        "The same with X the largest loss of any Θ*(λ) on the held-out pool, and with the cap that needs no data. B needed is "
        + "clipped at 0 here.",
      columns: [
        Table.Column(title: "structure", isNumber: false), Table.Column(title: "N"), Table.Column(title: "λ"),
        Table.Column(title: "X from", isNumber: false),
      ]
        + ["largest X", "concentration", "B needed", "bound on gap", "coverage %", "cross-fitted %"].map {
          Table.Column(title: $0)
        }, rows: rows)
  }

  private static func name(_ limit: LossLimit) -> String {
    switch limit {
    case .trainingMaximum: "training set"
    case .heldOutMaximum: "held-out pool"
    case .dataFreeCap: "cap without data"
    }
  }

  // MARK: Decay, trend, choice

  /// Limits, trends and the best λ of every curve.
  func decays() -> Table {
    let rows = families.flatMap { family in
      family.curves.curves.map { curve -> [Table.Field] in
        let choice = curve.choice.value
        return [
          Table.Field(family.label), Table.Field("\(curve.size)", key: Double(curve.size)), Self.limit(curve.needed),
          curve.needed.value.map { Self.measured($0.fit.exponent) } ?? .none, Self.limit(curve.gap),
          Self.trend(curve, .needed), Self.trend(curve, .gap), Self.trend(curve, .rademacher),
          Self.trend(curve, .xStar),
          choice.map { Self.lambda($0.byHeldOut.weight) } ?? .none,
          choice.map { Self.lambda($0.byBound.weight) } ?? .none, choice.map { Self.estimate($0.cost) } ?? .none,
        ]
      }
    }
    let reasons = families.flatMap(\.curves.curves).flatMap { curve in
      [curve.needed.reason, curve.gap.reason, curve.choice.reason].compactMap { $0 }
    }.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    return Table(
      title: "Limits for λ → ∞, trends over λ, and the best λ",
      caption:
        "Limit: a of the fit a + b λ^(−p) over 0 < λ < ∞, with its 95 % interval from resampled training sets; p with its "
        + "standard error. Trends are Kendall's tau with p of the permutation test. Cost: the held-out loss of the λ that each "
        + "training set chooses by the bound, less the least one."
        + (reasons.isEmpty ? "" : " What is not there: \(reasons.joined(separator: "; "))."),
      columns: [Table.Column(title: "structure", isNumber: false)]
        + [
          "N", "limit of B needed", "p", "limit of gap", "tau B needed", "tau gap", "tau B Rademacher", "tau X*",
          "λ by held-out", "λ by bound", "cost of the bound's λ",
        ].map { Table.Column(title: $0) }, rows: rows)
  }

  private static func limit(_ fit: Known<LimitFit>) -> Table.Field {
    guard let fit = fit.value else { return .none }
    guard let interval = fit.limit.value else { return number(fit.fit.limit.value) }
    return Table.Field(
      text(fit.fit.limit.value), interval: "[\(text(interval.low)), \(text(interval.high))]", key: fit.fit.limit.value)
  }

  private static func trend(_ curve: BoundCurve, _ quantity: CurveTrend.Quantity) -> Table.Field {
    guard let trend = curve.trend(quantity).value else { return .none }
    return Table.Field(
      text(trend.tau), interval: "p \(trend.pValue < 0.001 ? "" : "= ")\(NumberText.p(trend.pValue))", key: trend.tau)
  }

  // MARK: PAC-Bayes

  /// What a bound without λ says; nil if no posteriors were drawn.
  func pacBayes() -> Table? {
    let rows = families.flatMap { family in
      family.curves.curves.flatMap { curve in
        curve.points.compactMap { point -> [Table.Field]? in
          guard let estimate = point.pacBayes.value else { return nil }
          return [
            Table.Field(family.label), Table.Field("\(curve.size)", key: Double(curve.size)), lambda(point.weight),
            Self.number(estimate.deviation), Self.number(estimate.divergence), Self.number(estimate.trainingError),
            Self.estimate(estimate.heldOutError), Self.estimate(estimate.bound),
            Self.proportion(.known(estimate.coverage)),
            point.estimates.value.map { Self.number(1 - $0.accuracy) } ?? .none,
          ]
        }
      }
    }
    guard !rows.isEmpty else { return nil }
    return Table(
      title: "What a PAC-Bayes bound says, which knows nothing of λ",
      caption:
        "Of the 0–1 error of random prompts: normal around Θ* with standard deviation s, the prior normal around the structure's "
        + "start. Means over all training sets, that of Θ* over those that are localised; s is the median; 95 % intervals over training sets, coverage with those of "
        + "Clopper and Pearson.",
      columns: [Table.Column(title: "structure", isNumber: false)]
        + [
          "N", "λ", "s", "KL(posterior ‖ prior)", "training error", "held-out error", "bound", "coverage %",
          "held-out error of Θ*",
        ].map { Table.Column(title: $0) }, rows: rows)
  }

  // MARK: Budget

  /// What the budget does; nil if no other was tried.
  func budgets() -> Table? {
    let rows = families.flatMap { family in
      family.curves.budgets.map { effect -> [Table.Field] in
        [
          Table.Field(family.label), Table.Field("\(effect.size)", key: Double(effect.size)), lambda(effect.weight),
          Table.Field(
            NumberText.whole(effect.budget) + (effect.isMain ? " (used)" : ""), key: Double(effect.budget)),
          Table.Field("\(effect.localised) of \(effect.draws)", key: Double(effect.localised)),
          Self.number(effect.trainingLoss), Self.number(effect.heldOutLoss),
          effect.heldOutChange.map(Self.change) ?? .none, Self.number(effect.gap),
          effect.gapChange.map(Self.change) ?? .none,
        ]
      }
    }
    guard !rows.isEmpty else { return nil }
    return Table(
      title: "What the budget does",
      caption:
        "Θ* is what its algorithm reaches within a number of evaluations of the objective, which is part of its definition. "
        + "Means over the same training sets with every budget; changes are against the budget used everywhere else, with "
        + "Student's 95 % interval.",
      columns: [Table.Column(title: "structure", isNumber: false)]
        + [
          "N", "λ", "evaluations", "localised", "training loss", "held-out loss", "change of held-out loss", "gap",
          "change of gap",
        ].map { Table.Column(title: $0) }, rows: rows)
  }

  // MARK: Fields

  private func lambda(_ weight: DistillationWeight) -> Table.Field { Self.lambda(weight) }

  private static func lambda(_ weight: DistillationWeight) -> Table.Field {
    // A number sorts by its key, and JavaScript reads no "inf".
    Table.Field(WeightTicks.label(weight), key: min(weight.value, .greatestFiniteMagnitude))
  }

  /// Two decimals, or more of them for what would be 0.
  static func text(_ value: Double) -> String {
    let text =
      abs(value) >= 1000
      ? (abs(value) < 1e6 ? NumberText.whole(Int(value.rounded())) : String(format: "%.1e", value))
      : String(
        format: abs(value) >= 100
          ? "%.0f"
          : abs(value) >= 10
            ? "%.1f" : abs(value) >= 0.095 || value == 0 ? "%.2f" : abs(value) >= 0.001 ? "%.3f" : "%.0e", value)
    return text.replacing(/e([+-])0+/) { "e\($0.output.1)" }.replacing("e+", with: "e").replacing(/^-/, with: "−")
  }

  private static func number(_ value: Double) -> Table.Field { Table.Field(text(value), key: value) }

  private static func known(_ value: Known<Double>) -> Table.Field { value.value.map(number) ?? .none }

  private static func measured(_ value: Measured) -> Table.Field {
    Table.Field("\(text(value.value)) ± \(text(value.error))", key: value.value)
  }

  private static func estimate(_ estimate: Estimate) -> Table.Field {
    Table.Field(
      text(estimate.value), interval: "[\(text(estimate.interval.low)), \(text(estimate.interval.high))]",
      key: estimate.value)
  }

  /// A difference with its sign.
  private static func change(_ estimate: Estimate) -> Table.Field {
    func signed(_ value: Double) -> String { (value > 0 ? "+" : "") + text(value) }
    return Table.Field(
      signed(estimate.value), interval: "[\(signed(estimate.interval.low)), \(signed(estimate.interval.high))]",
      key: estimate.value)
  }

  private static func proportion(_ proportion: Known<Proportion>) -> Table.Field {
    guard let proportion = proportion.value else { return .none }
    return Table.Field(
      NumberText.percent(proportion.share), interval: NumberText.percent(proportion.interval), key: proportion.share)
  }
}
