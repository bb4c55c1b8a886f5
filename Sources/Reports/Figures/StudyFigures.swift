import Basics
import Foundation
import Statistics

/// Which figures a study has, in the order in which the page has them.
struct StudyFigures {
  let analysis: StudyAnalysis
  let style: FigureStyle
  let wording: Wording
  /// The most curves in one picture; more are parted by supervision.
  static let mostSeries = 6

  func all() throws -> [Figure.Result] {
    var results: [Figure.Result] = []
    for scope in analysis.scopes {
      let groups = analysis.focus(scope)
      let own = [accuracies(groups, scope)] + Forest.allCases.map { forest($0, groups, scope) }
      // Single pictures stand side by side.
      results += groups.count == 1 ? merged(own, groups[0]) : own
    }
    for scope in analysis.scopes {
      results.append(curves(.shots, scope))
      results.append(curves(.epochs, scope))
    }
    results.append(radar())
    results.append(fitting())
    results.append(try calibration())
    if let attention = attention() { results.append(.figure(attention)) }
    results += eachTask()
    return results
  }

  /// Figures of one picture each as one figure, with the first one's title.
  private func merged(_ results: [Figure.Result], _ group: TestedGrid.Group) -> [Figure.Result] {
    let figures = results.compactMap { result -> Figure? in
      if case .figure(let figure) = result { return figure }
      return nil
    }
    let leftOut = results.filter { result in
      if case .leftOut = result { return true }
      return false
    }
    guard let first = figures.first, figures.count > 1 else { return results }
    let others = figures.dropFirst().map { $0.title.prefix(1).lowercased() + $0.title.dropFirst() }
    return [
      .figure(
        Figure(
          id: first.id, title: first.title,
          caption:
            "Accuracies (the dashed line is zero-shot), then differences in points, paired by seed, task and test "
            + "image; \(budget(group)). Bars are 95 % intervals over \(intervalText(group)). Filled and coloured: the "
            + "interval excludes 0; open and grey: not decided. In numbers: \(others.joined(separator: "; ")).",
          data: "comparisons.csv", panels: figures.flatMap(\.panels)))
    ] + leftOut
  }

  // MARK: Accuracies

  func accuracies(_ groups: [TestedGrid.Group], _ scope: Scope, name: String? = nil) -> Figure.Result {
    let leading = FindingRules.leading(groups)
    // The same axis in all pictures of a figure.
    let shared = groups.flatMap { analysis.summaries[$0.setting] ?? [] }.flatMap {
      [100 * $0.accuracy.interval.low, 100 * $0.accuracy.interval.high]
    }
    let panels = groups.compactMap { group -> Panel? in
      let methods = group.methods.filter { analysis.summary($0, group.setting) != nil }
      guard methods.contains(where: { $0.kind != .reference }) else { return nil }
      let zeroShot = methods.first { $0.kind == .reference && $0.name == PaperClaims().zeroShot }
      var rows: [RowsPlot.Row] = []
      var heading: String?
      for method in methods {
        let next = self.heading(method)
        if next != heading {
          rows.append(.heading(next))
          heading = next
        }
        let summary = analysis.summary(method, group.setting)!
        rows.append(
          .value(
            label: rowLabel(method), value: 100 * summary.accuracy.value,
            low: 100 * summary.accuracy.interval.low, high: 100 * summary.accuracy.interval.high,
            colour: style.colour(method), marker: style.marker(method, isFilled: true)))
      }
      let line = zeroShot.map { (100 * analysis.summary($0, group.setting)!.accuracy.value, "zero-shot") }
      return Panel(
        name: fileName("accuracy", name ?? scope.rawValue, group.setting.classes.rawValue),
        script: RowsPlot(
          title: "\(group.setting.classes.title), \(shortTasks(group))", axisTitle: "accuracy in %, 95 % interval",
          rows: rows, line: line.map { (value: $0.0, name: $0.1) }, shared: shared
        ).script,
        alternative: "Accuracy \(wording.place(group)): "
          + methods.map {
            "\(style.labels.method($0)) \(NumberText.percent(analysis.summary($0, group.setting)!.accuracy.value)) %"
          }.joined(separator: ", ") + ".")
    }
    guard !panels.isEmpty, let leading else { return .leftOut("Accuracies: nothing was learned that could be shown.") }
    let title: String
    if let (leader, summary) = FindingRules.leader(leading, analysis) {
      let others = leading.methods.filter { $0.kind != .reference && $0 != leader }
      let below = others.count { analysis.comparison(leader, $0, leading.setting)?.verdict == .aIsBetter }
      title =
        summary.seeds == 1
        ? "One seed: accuracies without a verdict"
        : below == others.count && !others.isEmpty
          ? "\(style.labels.method(leader)) tests highest"
          : "\(style.labels.method(leader)) has the highest mean, decided against \(below) of \(others.count) others"
    } else {
      title = "Accuracies"
    }
    return .figure(
      Figure(
        id: "accuracy-\(fileName(name ?? scope.rawValue))",
        title: title + (name == nil && analysis.scopes.count > 1 ? ", \(scopeName(scope))" : ""),
        caption: "Accuracy on the test images \(scopeText(leading)), \(budget(leading)); bars are 95 % intervals over "
          + "\(intervalText(leading)), the dashed line is zero-shot. Intervals that overlap can still differ for "
          + "certain: the pairs are compared below.",
        data: "results.csv", panels: panels))
  }

  // MARK: Forest plots

  enum Forest: CaseIterable {
    case structures, supervisions, starts, zeroShot
  }

  private func forest(_ kind: Forest, _ groups: [TestedGrid.Group], _ scope: Scope) -> Figure.Result {
    let subject =
      switch kind {
      case .structures: "between structures"
      case .supervisions: "between supervisions"
      case .starts: "between starts"
      case .zeroShot: "from zero-shot"
      }
    var (decided, count, oneSeed) = (0, 0, false)
    let shared = groups.flatMap { forestRows(kind, $0) }.flatMap {
      [100 * $0.comparison.low, 100 * $0.comparison.high]
    }
    let panels = groups.compactMap { group -> Panel? in
      let rows = forestRows(kind, group)
      guard !rows.isEmpty else { return nil }
      count += rows.count
      decided += rows.count { $0.comparison.verdict == .aIsBetter || $0.comparison.verdict == .bIsBetter }
      oneSeed = oneSeed || rows.contains { $0.comparison.verdict == .oneSeed }
      var drawn: [RowsPlot.Row] = []
      var heading = ""
      for row in rows {
        if row.heading != heading {
          drawn.append(.heading(row.heading))
          heading = row.heading
        }
        let comparison = row.comparison
        let isDecided = comparison.verdict == .aIsBetter || comparison.verdict == .bIsBetter
        // Between structures the colour says which tests higher; else a row is of one structure.
        let winner = kind == .structures && comparison.verdict == .bIsBetter ? row.b : row.a
        drawn.append(
          .value(
            label: row.label, value: 100 * comparison.difference, low: 100 * comparison.low,
            high: 100 * comparison.high,
            colour: isDecided ? style.colour(winner) : Palette.grey,
            marker: style.marker(winner, isFilled: isDecided)))
      }
      return Panel(
        name: fileName("forest", "\(kind)", scope.rawValue, group.setting.classes.rawValue),
        script: RowsPlot(
          title: "\(subject), \(group.setting.classes.short), \(shortTasks(group))",
          axisTitle: "difference in points, 95 % interval", rows: drawn, line: (value: 0, name: ""), hasSigns: true,
          shared: shared
        ).script,
        alternative: "Differences in accuracy \(wording.place(group)): "
          + rows.map {
            "\($0.heading.isEmpty ? "" : $0.heading + ", ")\($0.label) \(NumberText.points($0.comparison.difference)) "
              + NumberText.points($0.comparison.low, $0.comparison.high)
          }.joined(separator: "; ") + ".")
    }
    guard let group = groups.first, !panels.isEmpty else {
      return .leftOut(
        "Differences \(subject) (\(scopeName(scope))): no two methods differ in nothing else and have a seed in common."
      )
    }
    return .figure(
      Figure(
        id: "forest-\(kind)-\(scope.rawValue)",
        title: oneSeed
          ? "Differences \(subject), \(scopeName(scope)): one seed, no verdict"
          : "\(decided) of \(count) differences \(subject) are decided, \(scopeName(scope))",
        caption:
          "Difference of accuracy in points, paired by seed, task and test image, \(budget(group)); bars are 95 % "
          + "intervals over \(intervalText(group)). Filled and coloured: the interval excludes 0"
          + (kind == .structures ? ", in the colour of the structure that tests higher" : "")
          + ". Open and grey: not decided.",
        data: "comparisons.csv", panels: panels))
  }

  private struct ForestRow {
    let heading: String
    let label: String
    let a: Method
    let b: Method
    let comparison: Comparison
  }

  private func forestRows(_ kind: Forest, _ group: TestedGrid.Group) -> [ForestRow] {
    let learned = group.methods.filter { $0.kind == .learned }
    let labels = style.labels
    func row(_ a: Method, _ b: Method, _ heading: String, _ label: String) -> ForestRow? {
      analysis.comparison(a, b, group.setting).map {
        ForestRow(heading: heading, label: label, a: a, b: b, comparison: $0)
      }
    }
    switch kind {
    case .structures:
      return learned.flatMap { b in
        learned.compactMap { a in
          guard b < a, a.supervision == b.supervision, a.start == b.start, a.structure != b.structure else {
            return nil
          }
          let start = a.start == "usual" ? "" : ", \(labels.start(a))"
          return row(
            a, b, labels.supervision(a.supervision) + start,
            "\(labels.structure(a.structure)) − \(labels.structure(b.structure))")
        }
      }
    case .supervisions:
      let soft = PaperClaims()
      return learned.flatMap { b in
        learned.compactMap { a -> ForestRow? in
          guard a.structure == b.structure, a.start == b.start, a.supervision != b.supervision else { return nil }
          // Soft labels − hard labels, as the paper's claim; others by name.
          let isOrdered = soft.isSoft(a) == soft.isSoft(b) ? b < a : soft.isSoft(a)
          guard isOrdered else { return nil }
          return row(
            a, b, "\(labels.supervision(a.supervision)) − \(labels.supervision(b.supervision))", labels.structure(a))
        }
      }.sorted { ($0.heading, $0.a) < ($1.heading, $1.a) }
    case .starts:
      return learned.flatMap { b in
        learned.compactMap { a in
          guard a.structure == b.structure, a.supervision == b.supervision, a.start != b.start, b.start == "usual"
          else {
            return nil
          }
          return row(
            a, b, "\(labels.start(a)) − usual start",
            "\(labels.structure(a.structure)), \(labels.supervision(a.supervision))")
        }
      }
    case .zeroShot:
      guard let zeroShot = group.methods.first(where: { $0.kind == .reference && $0.name == PaperClaims().zeroShot })
      else { return [] }
      return group.methods.filter { $0.kind != .reference }.compactMap {
        row($0, zeroShot, heading($0), rowLabel($0))
      }
    }
  }

  // MARK: Words

  /// What stands above a method's rows.
  private func heading(_ method: Method) -> String {
    switch method.kind {
    case .learned: style.labels.supervision(method.supervision)
    case .baseline: "baselines"
    case .reference: "references"
    }
  }

  private func rowLabel(_ method: Method) -> String {
    method.kind == .baseline ? style.labels.method(method) : style.labels.structure(method)
  }

  func scopeName(_ scope: Scope) -> String { Self.name(scope) }

  /// After a comma, in titles.
  static func name(_ scope: Scope) -> String {
    switch scope {
    case .own: "on the tasks learned on"
    case .source: "on the tasks that prompts are carried from"
    case .others: "on other tasks than learned on"
    }
  }

  func scopeText(_ group: TestedGrid.Group) -> String {
    group.pairs.count > 1 ? "of \(wording.tasks(group)) (the mean over tasks)" : "of \(wording.tasks(group))"
  }

  func shortTasks(_ group: TestedGrid.Group) -> String {
    if group.pairs.count == 1 { return Labels.cut(group.pairs[0].tested, to: 30) }
    return group.scope == .others ? "\(group.pairs.count) other tasks" : "\(group.pairs.count) tasks"
  }

  func budget(_ group: TestedGrid.Group) -> String {
    let shots = group.setting.shots.map { NumberText.count($0, "image") + " a class" } ?? "all training images"
    return "\(shots), \(NumberText.count(group.setting.epochs, "epoch"))"
  }

  func intervalText(_ group: TestedGrid.Group) -> String {
    let seeds =
      group.methods.filter { $0.kind != .reference }
      .compactMap { analysis.summary($0, group.setting)?.seeds }.max() ?? 0
    return seeds > 1 ? "seeds (up to \(seeds)) and test images" : "test images only: there is one seed"
  }

  func fileName(_ parts: String...) -> String {
    parts.joined(separator: "-").lowercased().replacing(/[^a-z0-9]+/, with: "-")
  }
}
