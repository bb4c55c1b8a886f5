import Basics
import Foundation
import Statistics

extension StudyFigures {
  /// What curves go over.
  enum Budget {
    case shots, epochs

    var title: String { self == .shots ? "training images of each class" : "epochs" }
    var finding: String { self == .shots ? "more images a class" : "more epochs" }
  }

  /// What a curve shows.
  private enum Measured: CaseIterable {
    case accuracy, trainingLoss, trainingAccuracy

    var axis: String {
      switch self {
      case .accuracy: "test accuracy in %"
      case .trainingLoss: "training loss in nats"
      case .trainingAccuracy: "training accuracy in %"
      }
    }

    func estimate(_ summary: MethodSummary) -> (value: Double, interval: Interval?)? {
      switch self {
      case .accuracy: (100 * summary.accuracy.value, summary.accuracy.interval.scaled(by: 100))
      case .trainingLoss: summary.trainingLoss.map { ($0.value, $0.interval) }
      case .trainingAccuracy: summary.trainingAccuracy.map { (100 * $0.value, $0.interval.scaled(by: 100)) }
      }
    }
  }

  /// Accuracy and fit against images or epochs.
  func curves(_ budget: Budget, _ scope: Scope) -> Figure.Result {
    let groups = groups(along: budget, scope)
    let what = budget == .shots ? "numbers of images" : "numbers of epochs"
    guard groups.count > 1, let last = groups.last else {
      return .leftOut("Curves over \(what) (\(scopeName(scope))): there is only one number.")
    }
    // Where something starts decides nothing about images; both curves are drawn.
    let methods = last.methods.filter { method in
      method.kind != .reference && groups.count { $0.runs[method] != nil } > 1
    }
    guard !methods.isEmpty else {
      return .leftOut("Curves over \(what) (\(scopeName(scope))): no method has two of them.")
    }
    var panels: [Panel] = []
    for (measured, file) in zip(Measured.allCases, ["accuracy", "loss", "fit"]) {
      let shared = points(measured, methods, groups, budget).flatMap(\.points)
      for (index, part) in parted(methods).enumerated() {
        let title = part.title.isEmpty ? "" : "\(part.title), "
        if let panel = panel(
          measured, part.methods, groups, budget, title: title, shared: shared,
          name: fileName("curves", "\(budget)", scope.rawValue, file, "\(index + 1)"))
        {
          panels.append(panel)
        }
      }
    }
    let changes = methods.compactMap { method -> Double? in
      let values = groups.compactMap { analysis.summary(method, $0.setting)?.accuracy.value }
      return values.count > 1 ? values.last! - values.first! : nil
    }
    let (least, most) = (changes.min() ?? 0, changes.max() ?? 0)
    let (first, end) = (tick(groups[0], budget), tick(last, budget))
    return .figure(
      Figure(
        id: "curves-\(budget)-\(scope.rawValue)",
        title: "From \(first) to \(end) \(budget == .shots ? "images a class" : "epochs") accuracy changes by "
          + "\(NumberText.points(least)) to \(NumberText.points(most)) points, \(scopeName(scope))",
        caption:
          "Accuracy \(last.setting.classes.inSentence) \(scopeText(last)), and loss and accuracy on the training "
          + "images"
          + (budget == .shots
            ? "" : ", \(last.setting.shots.map { NumberText.count($0, "image") + " a class" } ?? "all images")")
          + "; separate runs at each point. Bands are 95 % intervals over \(intervalText(last)), for the training images "
          + "over seeds; the dotted line is zero-shot.",
        data: "results.csv", panels: panels))
  }

  /// The curves that have more than one point.
  private func points(
    _ measured: Measured, _ methods: [Method], _ groups: [TestedGrid.Group], _ budget: Budget
  ) -> [(method: Method, points: [CurvesPlot.Point])] {
    methods.compactMap { method in
      let points = groups.compactMap { group -> CurvesPlot.Point? in
        guard let summary = analysis.summary(method, group.setting), let value = measured.estimate(summary) else {
          return nil
        }
        return CurvesPlot.Point(
          x: place(group, budget), y: value.value, low: value.interval?.low, high: value.interval?.high)
      }
      return points.count > 1 ? (method, points) : nil
    }
  }

  private func panel(
    _ measured: Measured, _ methods: [Method], _ groups: [TestedGrid.Group], _ budget: Budget, title: String,
    shared: [CurvesPlot.Point], name: String
  ) -> Panel? {
    var series: [CurvesPlot.Series] = []
    var alternatives: [String] = []
    for (method, points) in points(measured, methods, groups, budget) {
      let label = title.isEmpty ? style.labels.method(method) : style.labels.structure(method)
      series.append(
        CurvesPlot.Series(
          label: label, points: points, colour: style.colour(method), marker: style.marker(method),
          dash: style.dash(method)))
      alternatives.append(
        "\(style.labels.method(method)) from \(PlotScript.number(rounded(points.first!.y))) to "
          + PlotScript.number(rounded(points.last!.y)))
    }
    guard !series.isEmpty else { return nil }
    if measured == .accuracy, let last = groups.last,
      let zeroShot = last.methods.first(where: { $0.kind == .reference && $0.name == PaperClaims().zeroShot }),
      let summary = analysis.summary(zeroShot, last.setting)
    {
      let y = 100 * summary.accuracy.value
      series.append(
        CurvesPlot.Series(
          label: "zero-shot",
          points: [
            CurvesPlot.Point(x: place(groups[0], budget), y: y), CurvesPlot.Point(x: place(last, budget), y: y),
          ], colour: Palette.grey, marker: 7, dash: "(2,4)", isPlain: true))
    }
    let subject = measured == .accuracy ? groups.last!.setting.classes.title : "training images"
    return Panel(
      name: name,
      script: CurvesPlot(
        title: "\(title)\(subject), \(shortTasks(groups.last!))", xTitle: budget.title, yTitle: measured.axis,
        series: series, ticks: groups.map { (place($0, budget), tick($0, budget)) }, shared: shared
      ).script,
      alternative: "\(measured.axis) with \(budget.finding): \(alternatives.joined(separator: "; ")).")
  }

  /// The groups along the axis, in order: with the measure that the headline is about, and at each place the one that most
  /// methods have, then the one with most epochs or images.
  private func groups(along budget: Budget, _ scope: Scope) -> [TestedGrid.Group] {
    guard let focus = FindingRules.leading(analysis.focus(scope)) else { return [] }
    let alike = analysis.grid.groups.filter {
      $0.scope == scope && $0.setting.task == focus.setting.task && $0.setting.tested == focus.setting.tested
        && $0.setting.classes == focus.setting.classes
        // Epochs are compared with the same images; recipes may have other epochs for other numbers of images.
        && (budget == .shots || $0.setting.shots == focus.setting.shots)
    }
    let byPlace = Dictionary(grouping: alike) { place($0, budget) }
    return byPlace.sorted { $0.key < $1.key }.map { entry in
      entry.value.max {
        ($0.runs.count, $0.setting.epochs) < ($1.runs.count, $1.setting.epochs)
      }!
    }
  }

  /// Images on a logarithmic axis; all there are one step beyond.
  private func place(_ group: TestedGrid.Group, _ budget: Budget) -> Double {
    switch budget {
    case .epochs: return log2(Double(max(group.setting.epochs, 1)))
    case .shots:
      if let shots = group.setting.shots { return log2(Double(max(shots, 1))) }
      let largest = analysis.grid.groups.compactMap(\.setting.shots).max() ?? 1
      return log2(Double(max(largest, 1))) + 1
    }
  }

  private func tick(_ group: TestedGrid.Group, _ budget: Budget) -> String {
    budget == .epochs ? "\(group.setting.epochs)" : Setting.text(shots: group.setting.shots)
  }

  /// Few methods together, many by supervision; baselines beside each.
  func parted(_ methods: [Method], most: Int = mostSeries) -> [(title: String, methods: [Method])] {
    let learned = methods.filter { $0.kind == .learned }
    let supervisions = learned.map(\.supervision).reduce(into: [String]()) { list, next in
      if !list.contains(next) { list.append(next) }
    }
    if methods.count <= most || supervisions.count < 2 { return [("", methods)] }
    return supervisions.map { supervision in
      (
        style.labels.supervision(supervision),
        methods.filter { $0.supervision == supervision || $0.kind == .baseline }
      )
    }
  }

  func rounded(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }
}

extension Interval {
  func scaled(by factor: Double) -> Interval { Interval(low: low * factor, high: high * factor, level: level) }
}
