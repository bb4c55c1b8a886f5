import Statistics

/// The rules by which findings follow from the numbers.
///
/// Nothing is called better whose interval covers 0, and with one seed nothing is called better at all.
struct FindingRules {
  let analysis: StudyAnalysis
  let wording: Wording
  var claims = PaperClaims()

  /// Two methods that differ in one part, and how they are called in a sentence.
  private struct Contrast {
    let a: Method
    let b: Method
    let names: (a: String, b: String)
    /// What they have in common, after the names.
    let common: String
    /// What the paper says of a against b in this group; nil for nothing.
    var claim: String?
  }

  func findings() throws -> [Finding] {
    var findings: [Finding] = []
    for scope in analysis.scopes { findings += headline(analysis.focus(scope)) }
    findings += try fitting()
    for scope in analysis.scopes {
      for group in analysis.focus(scope) { for contrast in contrasts(group) { findings += finding(contrast, group) } }
    }
    return Finding.Kind.allCases.flatMap { kind in findings.filter { $0.kind == kind } }
  }

  // MARK: Who tests highest

  /// The measure that the headline is about: the harmonic mean, else all classes, else what there is.
  static func leading(_ groups: [Grid.Group]) -> Grid.Group? {
    [.harmonic, .all, .new, .base].lazy.compactMap { classes in groups.first { $0.setting.classes == classes } }.first
  }

  /// The learned method with the highest mean, and those that its difference from is decided.
  static func leader(_ group: Grid.Group, _ analysis: StudyAnalysis) -> (method: Method, summary: MethodSummary)? {
    group.methods.filter { $0.kind != .reference }
      .compactMap { method in analysis.summary(method, group.setting).map { (method, $0) } }
      .filter { $0.1.tasks == group.pairs.count }
      // The first of equals.
      .reduce(nil) { best, next in best.map { $0.1.accuracy.value >= next.1.accuracy.value } == true ? best : next }
  }

  private func headline(_ groups: [Grid.Group]) -> [Finding] {
    guard let group = Self.leading(groups), let (leader, summary) = Self.leader(group, analysis) else { return [] }
    let others = group.methods.filter { $0.kind != .reference && $0 != leader }
    let compared = others.compactMap { other in analysis.comparison(leader, other, group.setting).map { (other, $0) } }
    let below = compared.filter { $0.1.verdict == .aIsBetter }
    let place = wording.place(group)
    let value =
      "\(NumberText.percent(summary.accuracy.value)) % (95 % interval "
      + "\(NumberText.percent(summary.accuracy.interval.low)) to \(NumberText.percent(summary.accuracy.interval.high)); "
      + "\(wording.size(seeds: summary.seeds, images: summary.images)))"
    let name = wording.labels.method(leader)
    var text: String
    if summary.seeds == 1 {
      text =
        "\(capitalized(place)), \(name) has the highest value, \(value); with one seed this is no verdict: the interval "
        + "is over test images only."
    } else if others.isEmpty {
      text = "\(capitalized(place)), \(name) tests at \(value)."
    } else if below.count == others.count {
      text =
        "\(capitalized(place)), \(name) tests highest: \(value), and the difference from each of "
        + "\(NumberText.count(others.count, "other method")) excludes 0."
    } else if below.isEmpty {
      text =
        "\(capitalized(place)), no method is ahead of another for certain; \(name) has the highest mean, \(value), and is "
        + "not decided against any of \(NumberText.count(others.count, "other method"))."
    } else {
      text =
        "\(capitalized(place)), \(name) has the highest mean, \(value); it is decidedly above \(below.count) of "
        + "\(NumberText.count(others.count, "other method")), and not decided against "
        + listed(compared.filter { $0.1.verdict != .aIsBetter }.map { wording.labels.method($0.0) }) + "."
    }
    if let zeroShot = group.methods.first(where: { $0.kind == .reference && $0.name == claims.zeroShot }),
      let comparison = analysis.comparison(leader, zeroShot, group.setting), comparison.verdict != .oneSeed
    {
      text +=
        comparison.verdict == .undecided
        ? " Whether it is above zero-shot is not decided: \(NumberText.points(comparison.difference)) points "
          + "\(wording.interval(comparison))."
        : " \(wording.difference(comparison, "It", "zero-shot")) \(wording.interval(comparison))."
    }
    return [Finding(.headline, text)]
  }

  // MARK: Fitting

  private func fitting() throws -> [Finding] {
    // What was learned, not where it was tested.
    guard let scope = [Scope.source, .own, .others].first(where: { analysis.scopes.contains($0) }),
      let group = analysis.focus(scope).first
    else { return [] }
    var findings: [Finding] = []
    for a in group.methods where claims.isUnshared(a) {
      for b in group.methods
      where claims.isShared(b) && a.supervision == b.supervision && a.start == b.start {
        guard let (loss, accuracy, seeds) = try analysis.fit(a, b, group) else { continue }
        let names = "\(wording.labels.structure(a)) − \(wording.labels.structure(b))"
        let common = "with \(wording.labels.supervision(a.supervision))"
        let numbers =
          "training loss \(names) \(common) \(signed(loss.value)) (95 % interval \(signed(loss.interval.low)) to "
          + "\(signed(loss.interval.high)); \(NumberText.count(seeds, "seed"))), training accuracy "
          + "\(NumberText.points(accuracy.value)) points"
        if loss.interval.high < 0 {
          findings.append(Finding(.agreesWithPaper, "“\(capitalized(PaperClaims.fitting))”: \(numbers)."))
        } else if loss.interval.low > 0 {
          findings.append(Finding(.contradictsPaper, "The paper says “\(PaperClaims.fitting)”; here \(numbers)."))
        } else {
          findings.append(Finding(.undecided, "Which fits better is not decided: \(numbers)."))
        }
      }
    }
    return findings
  }

  // MARK: Methods that differ in one part

  private func contrasts(_ group: Grid.Group) -> [Contrast] {
    let labels = wording.labels
    let learned = group.methods.filter { $0.kind == .learned }
    let isNew = group.setting.classes == .new || group.scope == .others
    var contrasts: [Contrast] = []
    for a in learned {
      for b in learned where a != b {
        if a.start == b.start, a.structure == b.structure, claims.isSoft(a), claims.isHard(b) {
          contrasts.append(
            Contrast(
              a: a, b: b, names: (labels.supervision(a.supervision), labels.supervision(b.supervision)),
              common: "both with \(labels.structure(a))", claim: isNew ? PaperClaims.soft : nil))
        } else if a.structure == b.structure, a.supervision == b.supervision, a.start != "usual", b.start == "usual" {
          contrasts.append(
            Contrast(
              a: a, b: b, names: ("the start from \(labels.start(a.start))", "the usual start"),
              common: "both \(labels.structure(a.structure)) with \(labels.supervision(a.supervision))",
              claim: PaperClaims.start))
        } else if a.supervision == b.supervision, a.start == b.start, a.structure != b.structure, b < a {
          contrasts.append(
            Contrast(
              a: a, b: b, names: (labels.structure(a), labels.structure(b)),
              common: "both with \(labels.supervision(a.supervision))"))
        } else if a.structure == b.structure, a.start == b.start, b < a, !(claims.isSoft(b) && claims.isHard(a)) {
          contrasts.append(
            Contrast(
              a: a, b: b, names: (labels.supervision(a.supervision), labels.supervision(b.supervision)),
              common: "both with \(labels.structure(a))"))
        }
      }
    }
    if group.scope == .others,
      let zeroShot = group.methods.first(where: { $0.kind == .reference && $0.name == claims.zeroShot })
    {
      contrasts += learned.map {
        Contrast(a: $0, b: zeroShot, names: (labels.method($0), "zero-shot"), common: "", claim: PaperClaims.transfer)
      }
    }
    return contrasts
  }

  private func finding(_ contrast: Contrast, _ group: Grid.Group) -> [Finding] {
    guard let comparison = analysis.comparison(contrast.a, contrast.b, group.setting) else { return [] }
    let place = wording.place(group)
    let common = contrast.common.isEmpty ? "" : ", \(contrast.common)"
    let decided =
      "\(place) \(wording.difference(comparison, contrast.names.a, contrast.names.b))\(common) "
      + "\(wording.interval(comparison))"
    switch (comparison.verdict, contrast.claim) {
    case (.bIsBetter, let claim?):
      return [Finding(.contradictsPaper, "The paper says “\(claim)”; here \(decided).")]
    case (.aIsBetter, let claim?):
      return [Finding(.agreesWithPaper, "“\(capitalized(claim))”: \(decided).")]
    case (.aIsBetter, nil), (.bIsBetter, nil):
      return [Finding(.decided, "\(capitalized(decided)).")]
    case (.undecided, _):
      return [
        Finding(
          .undecided,
          "\(capitalized(place)), \(contrast.names.a) − \(contrast.names.b)\(common): "
            + "\(NumberText.points(comparison.difference)) points \(wording.interval(comparison)); "
            + "\(wording.seeds(comparison.seedsToDecide)).")
      ]
    case (.oneSeed, _):
      return [
        Finding(
          .undecided,
          "\(capitalized(place)), \(contrast.names.a) − \(contrast.names.b)\(common): "
            + "\(NumberText.points(comparison.difference)) points \(wording.interval(comparison)); one seed is no verdict.")
      ]
    }
  }

  // MARK: Words

  private func capitalized(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }

  private func signed(_ value: Double) -> String {
    (value < 0 ? "−" : "+") + NumberText.three(abs(value))
  }

  private func listed(_ names: [String]) -> String {
    let shown = names.prefix(3)
    if names.count > 3 { return shown.joined(separator: ", ") + " and \(names.count - 3) more" }
    return shown.count < 2 ? shown.joined() : shown.dropLast().joined(separator: ", ") + " and " + shown.last!
  }
}
