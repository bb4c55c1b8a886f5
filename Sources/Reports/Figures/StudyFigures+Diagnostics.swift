import Basics
import CLIPModel
import Foundation
import Statistics

extension StudyFigures {
  // MARK: All tasks at a glance

  /// A corner for each task; the measure that the headline is about.
  func radar() -> Figure.Result {
    guard let scope = analysis.scopes.first, let focus = FindingRules.leading(analysis.focus(scope)) else {
      return .leftOut("Radar over tasks: nothing was learned.")
    }
    guard focus.pairs.count > 2 else {
      return .leftOut("Radar over tasks: it takes three tasks, there \(focus.pairs.count == 1 ? "is 1" : "are 2").")
    }
    let single = focus.pairs.compactMap { pair in
      analysis.grid.groups.first {
        $0.pairs == [pair] && $0.setting.classes == focus.setting.classes && $0.setting.shots == focus.setting.shots
          && $0.setting.epochs == focus.setting.epochs
      }
    }
    let corners = Labels.taskNames(single.map(\.pairs[0].tested))
    let learned = focus.methods.filter { $0.kind == .learned }
    let references = focus.methods.filter { $0.kind == .reference && $0.name == PaperClaims().zeroShot }
    var (widest, spread) = (0.0, (points: 0.0, task: ""))
    for group in single {
      let values = learned.compactMap { analysis.summary($0, group.setting)?.accuracy }
      widest = max(widest, values.map { ($0.interval.high - $0.interval.low) / 2 }.max() ?? 0)
      let range = (values.map(\.value).max() ?? 0) - (values.map(\.value).min() ?? 0)
      if range >= spread.points { spread = (range, group.pairs[0].tested) }
    }
    let names = Set((learned + references).map(\.name))
    let summaries = single.flatMap { analysis.summaries[$0.setting] ?? [] }.filter { names.contains($0.method) }
    let all = summaries.map { 100 * $0.accuracy.value }
    let panels = parted(learned).enumerated().map { index, part -> Panel in
      let shown = part.methods + references
      let series = shown.map { method -> RadarPlot.Series in
        let values = single.map { group -> Double? in
          analysis.summary(method, group.setting).map { 100 * $0.accuracy.value }
        }
        return RadarPlot.Series(
          label: part.title.isEmpty ? style.labels.method(method) : style.labels.structure(method), values: values,
          colour: style.colour(method), marker: style.marker(method, isFilled: true), dash: style.dash(method))
      }
      let told = zip(shown, series).map { method, one -> String in
        let values = one.values.map { $0.map { NumberText.percent($0 / 100) } ?? "–" }
        return "\(style.labels.method(method)) \(values.joined(separator: ", "))"
      }
      let title = (part.title.isEmpty ? "" : part.title + ", ") + focus.setting.classes.title
      return Panel(
        name: fileName("radar", "\(index + 1)"),
        script: RadarPlot(title: title, axes: corners, series: series, shared: all).script,
        alternative: "Accuracy by task, \(corners.joined(separator: ", ")): \(told.joined(separator: "; ")).")
    }
    return .figure(
      Figure(
        id: "radar",
        title: "On one task the methods' means lie up to \(NumberText.points(spread.points).drop { $0 == "+" }) points "
          + "apart (\(spread.task.printable))",
        caption: "Accuracy in % \(focus.setting.classes.inSentence), a corner for each task, \(budget(focus)); the "
          + "middle is not 0. The intervals, not drawn, reach up to ± "
          + "\(NumberText.points(widest).drop { $0 == "+" }) points about a corner, so corners closer than that are not "
          + "told apart.", data: "results.csv", panels: panels))
  }

  // MARK: Fitting against generalization

  /// Training loss against test accuracy.
  func fitting() -> Figure.Result {
    var panels: [Panel] = []
    var titles: [String] = []
    for scope in analysis.scopes {
      let groups = analysis.focus(scope)
      guard let group = groups.first(where: { $0.setting.classes == .new }) ?? FindingRules.leading(groups) else {
        continue
      }
      let known = group.methods.compactMap { method in
        analysis.summary(method, group.setting).flatMap { summary in
          summary.trainingLoss.map { (method: method, summary: summary, loss: $0) }
        }
      }
      guard known.count > 1 else { continue }
      for (index, part) in parted(known.map(\.method), most: 12).enumerated() {
        let series = known.filter { part.methods.contains($0.method) }.map { entry in
          CurvesPlot.Series(
            label: part.title.isEmpty ? style.labels.method(entry.method) : style.labels.structure(entry.method),
            points: [
              CurvesPlot.Point(
                x: entry.loss.value, y: 100 * entry.summary.accuracy.value,
                low: 100 * entry.summary.accuracy.interval.low, high: 100 * entry.summary.accuracy.interval.high,
                left: max(entry.loss.interval.low, 0), right: entry.loss.interval.high)
            ], colour: style.colour(entry.method), marker: style.marker(entry.method), dash: "solid", isLine: false)
        }
        panels.append(
          Panel(
            name: fileName("fitting", scope.rawValue, "\(index + 1)"),
            script: CurvesPlot(
              title:
                "\(part.title.isEmpty ? "" : part.title + ", ")\(group.setting.classes.title), \(shortTasks(group))",
              xTitle: "training loss in nats (left fits better)", yTitle: "test accuracy in %", series: series
            ).script,
            alternative: "Training loss and test accuracy \(wording.place(group)): "
              + known.filter { part.methods.contains($0.method) }.map {
                "\(style.labels.method($0.method)) \(NumberText.three($0.loss.value)), "
                  + "\(NumberText.percent($0.summary.accuracy.value)) %"
              }.joined(separator: "; ") + "."))
      }
      let best = known.min { $0.loss.value < $1.loss.value }!
      let rank = known.count { $0.summary.accuracy.value > best.summary.accuracy.value } + 1
      titles.append(
        "\(style.labels.method(best.method)) has the lowest training loss and place \(rank) of \(known.count) in mean "
          + "accuracy \(wording.place(group))")
    }
    guard !panels.isEmpty else {
      return .leftOut("Fitting against generalization: it takes two methods with two seeds each.")
    }
    return .figure(
      Figure(
        id: "fitting", title: titles[0],
        caption:
          "Cross entropy with the labels on the training images against accuracy on the test images; bars are 95 % "
          + "intervals (training: Student's over seeds). Under soft labels that is not what is minimized.",
        data: "results.csv", panels: panels))
  }

  // MARK: Attention to prompts

  /// The share of attention that prompts get in every layer, a picture for each encoder; nil where it was not measured.
  func attention() -> Figure? {
    guard let (group, lines) = analysis.attention() else { return nil }
    var panels: [Panel] = []
    for encoder in Modality.allCases {
      let own = lines.filter { $0.encoder == encoder }
      for (index, part) in parted(own.map(\.method)).enumerated() {
        let shown = own.filter { part.methods.contains($0.method) }
        guard let layers = shown.map(\.layerCount).max() else { continue }
        let series = shown.map { line in
          CurvesPlot.Series(
            label: part.title.isEmpty ? style.labels.method(line.method) : style.labels.structure(line.method),
            points: (0..<line.layerCount).map { layer in
              let shares = line.shares(layer)
              return CurvesPlot.Point(
                x: Double(layer + 1), y: 100 * line.mean(layer), low: 100 * (shares.min() ?? 0),
                high: 100 * (shares.max() ?? 0))
            }, colour: style.colour(line.method), marker: style.marker(line.method), dash: style.dash(line.method))
        }
        let name = encoder == .text ? "text encoder" : "image encoder"
        panels.append(
          Panel(
            name: fileName("attention", encoder.rawValue, "\(index + 1)"),
            script: CurvesPlot(
              title: "\(part.title.isEmpty ? "" : part.title + ", ")\(name)", xTitle: "layer",
              yTitle: "attention to prompts in %", series: series,
              ticks: layers > 1 ? (1...layers).map { (Double($0), "\($0)") } : []
            ).script,
            alternative: "Attention to prompts in %, layer by layer of the \(name): "
              + shown.map { line in
                let means = (0..<line.layerCount).map { NumberText.percent(line.mean($0)) }
                return "\(style.labels.method(line.method)) \(means.joined(separator: ", "))"
              }.joined(separator: "; ") + "."))
      }
    }
    let all = lines.flatMap { line in (0..<line.layerCount).map { (line: line, layer: $0) } }
    guard let most = all.max(by: { $0.line.mean($0.layer) < $1.line.mean($1.layer) }) else { return nil }
    return Figure(
      id: "attention",
      title: "Prompts get most attention in layer \(most.layer + 1) of the "
        + "\(most.line.encoder == .text ? "text" : "image") encoder with \(style.labels.method(most.line.method)): "
        + "\(NumberText.percent(most.line.mean(most.layer))) %",
      caption: "The share of the attention of rows that are no prompts, in texts of those behind a prompt; "
        + "\(wording.tasks(group)), \(budget(group)). Bands go from the smallest to the largest of tasks and seeds. Prompts "
        + "of more rows tend to get more.", data: "results.json", panels: panels)
  }

  // MARK: Calibration

  /// The bins of a reliability diagram, few enough to be filled.
  private static let bins = 10

  /// Confidence against accuracy.
  func calibration() throws -> Figure.Result {
    guard let scope = analysis.scopes.first,
      let group = analysis.focus(scope).first(where: { $0.setting.classes == .new })
        ?? analysis.focus(scope).first(where: { $0.setting.classes != .harmonic })
    else { return .leftOut("Reliability diagram: nothing was learned.") }
    let shown = group.methods.filter {
      $0.kind != .reference || $0.name == PaperClaims().zeroShot
    }
    let learned = shown.filter { $0.kind != .reference }
    let references = shown.filter { $0.kind == .reference }
    var errors: [(method: Method, error: Double)] = []
    for method in learned {
      if let summary = analysis.summary(method, group.setting) { errors.append((method, summary.calibrationError)) }
    }
    guard let least = errors.min(by: { $0.error < $1.error }), let most = errors.max(by: { $0.error < $1.error }) else {
      return .leftOut("Reliability diagram: nothing was learned.")
    }
    let intervals = learned.compactMap { method -> String? in
      analysis.summary(method, group.setting)?.calibrationInterval.map {
        "\(style.labels.method(method)) \(NumberText.three(max($0.low, 0))) to \(NumberText.three($0.high))"
      }
    }.joined(separator: ", ")
    let panels = try parted(learned).enumerated().map { index, part -> Panel in
      let series = try (part.methods + references).compactMap { method -> CurvesPlot.Series? in
        let cells = group.pairs.flatMap { pair in
          (group.runs[method]?[pair]?.runs ?? [:]).sorted { $0.key < $1.key }.flatMap(\.value)
        }
        let calibration = try Calibration(
          confidences: cells.flatMap { $0.record.confidences.map(Double.init) },
          correct: cells.flatMap(\.record.isCorrect), bins: Self.bins)
        let count = calibration.bins.reduce(0) { $0 + $1.count }
        let points = calibration.bins.compactMap { bin -> CurvesPlot.Point? in
          guard let confidence = bin.confidence, let accuracy = bin.accuracy, bin.count >= max(10, count / 100) else {
            return nil
          }
          return CurvesPlot.Point(x: 100 * confidence, y: 100 * accuracy)
        }
        guard points.count > 1 else { return nil }
        return CurvesPlot.Series(
          label: part.title.isEmpty || method.kind == .reference
            ? style.labels.method(method) : style.labels.structure(method),
          points: points, colour: style.colour(method), marker: style.marker(method, isFilled: true),
          dash: style.dash(method))
      }
      return Panel(
        name: fileName("calibration", "\(index + 1)"),
        script: CurvesPlot(
          title: "\(part.title.isEmpty ? "" : part.title + ", ")\(group.setting.classes.title), \(shortTasks(group))",
          xTitle: "confidence in %", yTitle: "accuracy in %", series: series, xRange: 0...100, yRange: 0...100,
          hasDiagonal: true
        ).script,
        alternative: "Calibration error \(wording.place(group)): "
          + errors.filter { part.methods.contains($0.method) }.map {
            "\(style.labels.method($0.method)) \(NumberText.three($0.error))"
          }.joined(separator: ", ") + ".")
    }
    return .figure(
      Figure(
        id: "calibration",
        title:
          "The calibration error lies between \(NumberText.three(least.error)) (\(style.labels.method(least.method))) "
          + "and \(NumberText.three(most.error)) (\(style.labels.method(most.method)))",
        caption: "How often predictions of some confidence are correct, in \(Self.bins) bins over all seeds and images "
          + "\(scopeText(group)), \(group.setting.classes.title); bins with less than 1 % of the predictions or fewer than "
          + "ten are left out. Below the diagonal: too confident. The number is the ECE with 15 bins, the mean over seeds"
          + (intervals.isEmpty ? "; with one seed it has no interval." : "; 95 % intervals over seeds: \(intervals)."),
        data: "results.csv", panels: panels))
  }

  // MARK: Every task by itself

  /// The accuracies of each task, where the page shows means.
  func eachTask() -> [Figure.Result] {
    analysis.scopes.flatMap { scope -> [Figure.Result] in
      guard let focus = analysis.focus(scope).first, focus.pairs.count > 1 else { return [] }
      return focus.pairs.enumerated().map { index, pair in
        let groups = analysis.grid.groups.filter {
          $0.pairs == [pair] && $0.setting.shots == focus.setting.shots && $0.setting.epochs == focus.setting.epochs
        }
        switch accuracies(groups, scope, name: "\(scope.rawValue)-\(index + 1)") {
        case .figure(var figure):
          figure.isFolded = true
          return .figure(figure.titled("\(pair.tested.printable): \(figure.title)"))
        case .leftOut(let reason): return .leftOut(reason)
        }
      }
    }
  }
}

extension Figure {
  func titled(_ title: String) -> Figure {
    Figure(id: id, title: title, caption: caption, data: data, panels: panels, isFolded: isFolded)
  }
}
