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
    /// What sentences are about that are told as one.
    let subject: Subject
    /// What only this one is about: `with coop`.
    let item: String
    /// What the paper says of a against b in this group; nil for nothing.
    var claim: String?
  }

  private enum Subject: Hashable {
    /// Two names that all have in common: `soft`, `hard`.
    case pair(String, String)
    /// What all pairs have in common: `hard-label`; each has names of its own.
    case common(String)
  }

  /// A contrast and what the data say of it.
  private struct Compared {
    let contrast: Contrast
    let comparison: Comparison
  }

  func findings() throws -> [Finding] {
    var findings: [Finding] = []
    for scope in analysis.scopes { findings += headline(analysis.focus(scope)) }
    findings += try fitting()
    for scope in analysis.scopes {
      let groups = analysis.focus(scope)
      let leading = Self.leading(groups)?.setting
      // What the headline is about comes first.
      for group in groups.filter({ $0.setting == leading }) + groups.filter({ $0.setting != leading }) {
        findings += compared(group)
      }
    }
    return Finding.Kind.allCases.flatMap { kind in findings.filter { $0.kind == kind } }
  }

  // MARK: Who tests highest

  /// The measure that the headline is about: the harmonic mean, else all classes, else what there is.
  static func leading(_ groups: [TestedGrid.Group]) -> TestedGrid.Group? {
    [.harmonic, .all, .new, .base].lazy.compactMap { classes in groups.first { $0.setting.classes == classes } }.first
  }

  /// The learned method with the highest mean, and those that its difference from is decided.
  static func leader(_ group: TestedGrid.Group, _ analysis: StudyAnalysis) -> (method: Method, summary: MethodSummary)?
  {
    group.methods.filter { $0.kind != .reference }
      .compactMap { method in analysis.summary(method, group.setting).map { (method, $0) } }
      .filter { $0.1.tasks == group.pairs.count }
      // The first of equals.
      .reduce(nil) { best, next in best.map { $0.1.accuracy.value >= next.1.accuracy.value } == true ? best : next }
  }

  private func headline(_ groups: [TestedGrid.Group]) -> [Finding] {
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
        : " It tests \(wording.points(abs(comparison.difference))) points "
          + "\(comparison.difference > 0 ? "above" : "below") zero-shot \(wording.distance(comparison))."
    }
    return [Finding(.headline, text)]
  }

  // MARK: Fitting

  private func fitting() throws -> [Finding] {
    // What was learned, not where it was tested.
    guard let scope = [Scope.source, .own, .others].first(where: { analysis.scopes.contains($0) }),
      let group = analysis.focus(scope).first
    else { return [] }
    var items: [Finding.Kind: [String: [String]]] = [:]
    var order: [String] = []
    for a in group.methods where claims.isUnshared(a) {
      for b in group.methods
      where claims.isCounterpart(b, of: a) && a.supervision == b.supervision && a.start == b.start {
        guard let (loss, _, seeds) = try analysis.fit(a, b, group) else { continue }
        let kind: Finding.Kind =
          loss.interval.high < 0 ? .agreesWithPaper : loss.interval.low > 0 ? .contradictsPaper : .undecided
        let subject = "\(wording.labels.structure(a)) with \(wording.labels.supervision(a.supervision))"
        let (low, high) = (loss.interval.low, loss.interval.high)
        let item =
          wording.labels.structure(b)
          + (kind == .undecided
            ? " by \(signed(loss.value)) (\(signed(low)) to \(signed(high)); "
            : " by \(NumberText.three(abs(loss.value))) (\(NumberText.three(min(abs(low), abs(high)))) to "
              + "\(NumberText.three(max(abs(low), abs(high)))); ") + "\(NumberText.count(seeds, "seed")))"
        items[kind, default: [:]][subject, default: []].append(item)
        if !order.contains(subject) { order.append(subject) }
      }
    }
    return Finding.Kind.allCases.flatMap { kind in
      order.compactMap { subject -> Finding? in
        guard let list = items[kind]?[subject] else { return nil }
        let relation =
          switch kind {
          case .agreesWithPaper: "is below"
          case .contradictsPaper: "is above"
          default: "is not told apart from"
          }
        let numbers =
          "on \(wording.tasks(group)) the training loss of \(subject) \(relation) that of \(listed(list, most: 6)); "
          + "95 % intervals over seeds"
        switch kind {
        case .contradictsPaper: return Finding(kind, "The paper says “\(PaperClaims.fitting)”; here \(numbers).")
        case .agreesWithPaper: return Finding(kind, "“\(capitalized(PaperClaims.fitting))”: \(numbers).")
        default: return Finding(kind, "Which fits better: \(numbers).")
        }
      }
    }
  }

  // MARK: Methods that differ in one part

  private func contrasts(_ group: TestedGrid.Group) -> [Contrast] {
    let labels = wording.labels
    let learned = group.methods.filter { $0.kind == .learned }
    let isNew = group.setting.classes == .new || group.scope == .others
    let isOfPaper = claims.areAbout(analysis.methods.values)
    var contrasts: [Contrast] = []
    func supervisions(_ a: Method, _ b: Method, claim: String?) {
      contrasts.append(
        Contrast(
          a: a, b: b, subject: .pair(labels.supervision(a.supervision), labels.supervision(b.supervision)),
          item: "with \(labels.structure(a))", claim: claim))
    }
    for a in learned {
      for b in learned where a != b {
        if a.start == b.start, a.structure == b.structure, claims.isSoft(a), claims.isHard(b) {
          supervisions(a, b, claim: isNew ? PaperClaims.soft : nil)
        } else if a.structure == b.structure, a.supervision == b.supervision, a.start != "usual", b.start == "usual" {
          contrasts.append(
            Contrast(
              a: a, b: b, subject: .pair("the \(labels.start(a)) start", "the usual one"),
              item: "with \(labels.structure(a.structure)) and \(labels.supervision(a.supervision))",
              claim: isOfPaper ? PaperClaims.start : nil))
        } else if a.supervision == b.supervision, a.start == b.start, a.structure != b.structure, b < a {
          contrasts.append(
            Contrast(
              a: a, b: b,
              subject: .common(
                labels.supervision(a.supervision)
                  + (a.start == "usual" ? "" : " and the \(labels.start(a)) start")), item: ""))
        } else if a.structure == b.structure, a.start == b.start, a.supervision != b.supervision, b < a,
          !(claims.isSoft(b) && claims.isHard(a))
        {
          supervisions(a, b, claim: nil)
        }
      }
    }
    if group.scope == .others,
      let zeroShot = group.methods.first(where: { $0.kind == .reference && $0.name == claims.zeroShot })
    {
      contrasts += learned.map {
        Contrast(
          a: $0, b: zeroShot, subject: .pair("the learned prompt", "zero-shot"),
          item: "with \(labels.method($0))", claim: isOfPaper ? PaperClaims.transfer : nil)
      }
    }
    return contrasts
  }

  /// What the contrasts of a group come to: those of one subject and one outcome as one sentence.
  private func compared(_ group: TestedGrid.Group) -> [Finding] {
    struct Key: Hashable {
      let kind: Finding.Kind
      let subject: Subject
      let claim: String?
      let isAbove: Bool
    }
    var order: [Key] = []
    var found: [Key: [Compared]] = [:]
    for contrast in contrasts(group) {
      guard let comparison = analysis.comparison(contrast.a, contrast.b, group.setting) else { continue }
      let hasClaim = contrast.claim != nil
      let isDecided = comparison.verdict == .aIsBetter || comparison.verdict == .bIsBetter
      let kind: Finding.Kind =
        switch comparison.verdict {
        case .aIsBetter: hasClaim ? .agreesWithPaper : .decided
        case .bIsBetter: hasClaim ? .contradictsPaper : .decided
        case .undecided, .oneSeed: .undecided
        }
      var isAbove = comparison.verdict == .aIsBetter
      // Names of their own say themselves which is above.
      if case .common = contrast.subject { isAbove = false }
      let key = Key(
        kind: kind, subject: contrast.subject, claim: isDecided ? contrast.claim : nil, isAbove: isAbove)
      if found[key] == nil { order.append(key) }
      found[key, default: []].append(Compared(contrast: contrast, comparison: comparison))
    }
    return order.map { key in
      let all = found[key]!.sorted { abs($0.comparison.difference) > abs($1.comparison.difference) }
      let sizes = Set(all.map { wording.size(seeds: $0.comparison.seeds, images: $0.comparison.images) }).sorted()
      let isOneSeed = all.contains { $0.comparison.verdict == .oneSeed }
      let items = all.map { key.kind == .undecided ? undecided($0) : decided($0) }
      let place = wording.place(group)
      let subject =
        switch key.subject {
        case .pair(let a, let b):
          key.kind == .undecided ? "\(a) − \(b)" : "\(a) tests \(key.isAbove ? "above" : "below") \(b)"
        case .common(let name): "with \(name)"
        }
      let text =
        "\(place), \(subject): \(listed(items, most: 12)); 95 % intervals, \(sizes.joined(separator: " or "))"
        + (isOneSeed ? "; one seed is no verdict" : "")
      switch (key.kind, key.claim) {
      case (.contradictsPaper, let claim?): return Finding(key.kind, "The paper says “\(claim)”; here, \(text).")
      case (.agreesWithPaper, let claim?): return Finding(key.kind, "“\(capitalized(claim))”: \(text).")
      default: return Finding(key.kind, "\(capitalized(text)).")
      }
    }
  }

  /// `with coop by 12.8 points (8.7 to 16.8)`, or with names of its own.
  private func decided(_ compared: Compared) -> String {
    let comparison = compared.comparison
    let interval = wording.distance(comparison)
    if case .pair = compared.contrast.subject {
      return "\(compared.contrast.item) by \(wording.points(abs(comparison.difference))) points \(interval)"
    }
    let (a, b) = (compared.contrast.a, compared.contrast.b)
    let (above, below) = comparison.difference > 0 ? (a, b) : (b, a)
    return
      "\(wording.labels.structure(above.structure)) tests \(wording.points(abs(comparison.difference))) points above "
      + "\(wording.labels.structure(below.structure)) \(interval)"
  }

  /// `with coop +0.4 points (−0.8 to +1.6; about 12 more seeds would decide it)`.
  private func undecided(_ compared: Compared) -> String {
    let comparison = compared.comparison
    let name =
      switch compared.contrast.subject {
      case .pair: compared.contrast.item
      case .common:
        "\(wording.labels.structure(compared.contrast.a.structure)) − "
          + wording.labels.structure(compared.contrast.b.structure)
      }
    return "\(name) \(NumberText.points(comparison.difference)) points (\(NumberText.points(comparison.low)) to "
      + NumberText.points(comparison.high)
      + (comparison.verdict == .oneSeed ? ")" : "; \(wording.seeds(comparison.seedsToDecide)))")
  }

  // MARK: Words

  private func capitalized(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }

  private func signed(_ value: Double) -> String {
    (value < 0 ? "−" : "+") + NumberText.three(abs(value))
  }

  private func listed(_ names: [String], most: Int = 3) -> String {
    let shown = names.prefix(most)
    if names.count > most { return shown.joined(separator: ", ") + " and \(names.count - most) more" }
    return shown.count < 2 ? shown.joined() : shown.dropLast().joined(separator: ", ") + " and " + shown.last!
  }
}
