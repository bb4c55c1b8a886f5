import Basics
import Experiments
import Statistics

/// The tables of a study.
package struct StudyTables {
  let analysis: StudyAnalysis
  let labels: Labels
  let wording: Wording

  /// The title of the column of ``InterquartileMean``.
  static let interquartileMean = "IQM"

  /// What every method came to: one table for each relation of tested to learned tasks.
  package func accuracies() -> [Table] {
    analysis.scopes.compactMap { accuracies(analysis.focus($0)) }
  }

  private func accuracies(_ groups: [TestedGrid.Group]) -> Table? {
    guard let leading = FindingRules.leading(groups) else { return nil }
    let methods = leading.methods
    let hasMean =
      methods.contains { analysis.summary($0, leading.setting)?.interquartileMean != nil }
      && leading.pairs.count > 1
    var columns = [
      Table.Column(title: "structure", isNumber: false), Table.Column(title: "supervision", isNumber: false),
    ]
    let hasStarts = methods.contains { $0.start != "usual" }
    if hasStarts { columns.append(Table.Column(title: "start", isNumber: false)) }
    columns += groups.map { Table.Column(title: Self.short($0.setting.classes)) }
    if hasMean { columns.append(Table.Column(title: Self.interquartileMean)) }
    columns += ["ECE", "training %", "training loss", "parameters"].map { Table.Column(title: $0) }
    let best = Dictionary(uniqueKeysWithValues: groups.map { ($0.setting, self.best(in: $0)) })
    var partial = false
    let rows = methods.map { method -> [Table.Field] in
      var row = [Table.Field(labels.structure(method.structure)), Table.Field(labels.supervision(method.supervision))]
      if method.supervision.isEmpty { row[1] = .none }
      if hasStarts { row.append(Table.Field(method.start == "usual" ? "usual" : labels.start(method.start))) }
      for group in groups {
        guard let summary = analysis.summary(method, group.setting) else {
          row.append(.none)
          continue
        }
        let isPartial = summary.tasks < group.pairs.count
        partial = partial || isPartial
        row.append(
          Table.Field(
            NumberText.percent(summary.accuracy.value) + (isPartial ? "*" : ""),
            interval: NumberText.percent(summary.accuracy.interval), key: summary.accuracy.value,
            isBest: best[group.setting] == method))
      }
      let summary = analysis.summary(method, leading.setting)
      if hasMean {
        row.append(
          summary?.interquartileMean.map {
            Table.Field(NumberText.percent($0.value), interval: NumberText.percent($0.interval), key: $0.value)
          } ?? .none)
      }
      row.append(
        summary.map { Table.Field(NumberText.three($0.calibrationError), key: $0.calibrationError) } ?? .none)
      let training = self.training(method, leading)
      row.append(training.map { Table.Field(NumberText.percent($0.accuracy), key: $0.accuracy) } ?? .none)
      row.append(training.map { Table.Field(NumberText.three($0.loss), key: $0.loss) } ?? .none)
      let parameters = summary?.parameters ?? 0
      row.append(
        method.kind == .reference ? .none : Table.Field(NumberText.whole(parameters), key: Double(parameters)))
      return row
    }
    let shots = leading.setting.shots.map { NumberText.count($0, "image") + " a class" } ?? "all training images"
    let seeds = methods.filter { $0.kind != .reference }.compactMap { analysis.summary($0, leading.setting)?.seeds }
    let caption =
      "Accuracy in % with 95 % intervals over "
      + (seeds.max() ?? 0 > 1 ? "seeds (up to \(seeds.max()!)) and test images" : "test images only (one seed)")
      + "; \(shots), \(NumberText.count(leading.setting.epochs, "epoch")). Bold: the paired difference from every other line "
      + "excludes 0. ECE: the expected calibration error with 15 bins."
      + (hasMean ? " IQM: the interquartile mean over tasks and seeds, \(Self.short(leading.setting.classes))." : "")
      + (partial ? " *: not all tasks are there." : "")
    return Table(
      title: "Accuracy of \(wording.tasks(leading))", caption: caption, columns: columns, rows: rows)
  }

  static func short(_ classes: TestClasses) -> String { classes == .harmonic ? "H" : classes.rawValue }

  /// The method whose paired difference from each of the others excludes 0, among several seeds.
  private func best(in group: TestedGrid.Group) -> Method? {
    guard group.methods.count > 1 else { return nil }
    return group.methods.first { method in
      group.methods.allSatisfy { other in
        other == method || analysis.comparison(method, other, group.setting)?.verdict == .aIsBetter
      }
    }
  }

  /// The means over all runs, also of a single one.
  private func training(_ method: Method, _ group: TestedGrid.Group) -> (accuracy: Double, loss: Double)? {
    let runs = (group.runs[method] ?? [:]).sorted { $0.key < $1.key }.flatMap { entry in
      entry.value.runs.sorted { $0.key < $1.key }.compactMap { $0.value[0].training }
    }
    guard !runs.isEmpty else { return nil }
    let count = Double(runs.count)
    return (runs.reduce(0) { $0 + $1.accuracy } / count, runs.reduce(0) { $0 + $1.crossEntropy } / count)
  }

  /// All comparisons of what the page looks at first.
  func comparisons() -> [Table] {
    analysis.scopes.compactMap { scope in
      guard let group = FindingRules.leading(analysis.focus(scope)) else { return nil }
      let lines = analysis.comparisons.filter { $0.setting == group.setting }
      guard !lines.isEmpty else { return nil }
      return Table(
        title: "All pairs, \(group.setting.classes.title) of \(wording.tasks(group))",
        caption:
          "a − b in points, paired by seed, task and test image. p: sign-flip test over \(lines.map(\.pairs).max()!) "
          + "pairs of seed and task at most; with Holm's correction for the \(lines.count) lines of this table. P(a > b): "
          + "how probable it is that a run of a beats one of b on the same task. Other classes, tasks and budgets are in "
          + "comparisons.csv.",
        columns: [
          Table.Column(title: "a", isNumber: false), Table.Column(title: "b", isNumber: false),
          Table.Column(title: "a − b"), Table.Column(title: "p"), Table.Column(title: "p (Holm)"),
          Table.Column(title: "P(a > b)"), Table.Column(title: "more seeds to decide"),
        ],
        rows: lines.map { line in
          [
            Table.Field(name(line.a)), Table.Field(name(line.b)),
            Table.Field(
              NumberText.points(line.difference), interval: NumberText.points(line.low, line.high),
              key: line.difference),
            Table.Field(NumberText.p(line.p), key: line.p), Table.Field(NumberText.p(line.pHolm), key: line.pHolm),
            line.probabilityOfImprovement.map { Table.Field(String(NumberText.three($0).dropLast()), key: $0) }
              ?? .none,
            seeds(line),
          ]
        })
    }
  }

  private func seeds(_ line: Comparison) -> Table.Field {
    switch line.verdict {
    case .aIsBetter, .bIsBetter: return Table.Field("decided", key: 0)
    case .oneSeed: return Table.Field("one seed")
    case .undecided: break
    }
    switch line.seedsToDecide {
    case .more(let count): return Table.Field(NumberText.whole(count), key: Double(count))
    case .moreThan(let count): return Table.Field("> \(NumberText.whole(count))", key: Double(count) + 1)
    case .notBySeeds: return Table.Field("more images", key: 1e9)
    case nil: return .none
    }
  }

  private func name(_ text: String) -> String { analysis.methods[text].map(labels.method) ?? text }

  /// Which classes gain and lose most against zero-shot with the method that has the highest mean.
  func classes() -> Table? {
    guard let scope = analysis.scopes.first, let group = FindingRules.leading(analysis.focus(scope)),
      let (leader, _) = FindingRules.leader(group, analysis),
      let zeroShot = group.methods.first(where: { $0.kind == .reference && $0.name == PaperClaims().zeroShot })
    else { return nil }
    let changes = group.pairs.flatMap { pair -> [ClassChange] in
      guard let learned = group.runs[leader]?[pair], let reference = group.runs[zeroShot]?[pair] else { return [] }
      return ClassChange.all(of: learned, against: reference, task: pair.tested)
    }.sorted { $0.change > $1.change }
    guard changes.count > 1 else { return nil }
    let most = 5
    let shown =
      changes.count <= 2 * most ? changes : Array(changes.prefix(most) + changes.suffix(most))
    return Table(
      title: "Classes that gain and lose most: \(labels.method(leader)) against zero-shot",
      caption:
        "Accuracy in %, the mean over seeds; \(shown.count) of \(changes.count) classes. The method is the one with "
        + "the highest mean and classes are picked by their change: expect the extremes to be smaller on other images.",
      columns: [
        Table.Column(title: "task", isNumber: false), Table.Column(title: "classes", isNumber: false),
        Table.Column(title: "class", isNumber: false), Table.Column(title: "images"), Table.Column(title: "zero-shot"),
        Table.Column(title: "learned"), Table.Column(title: "change"),
      ],
      rows: shown.map { change in
        [
          Table.Field(Labels.cut(change.task)), Table.Field(change.selection), Table.Field(Labels.cut(change.name)),
          Table.Field("\(change.images)", key: Double(change.images)),
          Table.Field(NumberText.percent(change.reference), key: change.reference),
          Table.Field(NumberText.percent(change.learned), key: change.learned),
          Table.Field(NumberText.points(change.change), key: change.change),
        ]
      })
  }

  /// The terms of the loss after the last step, as the mean KL to the teacher.
  func terms() -> Table? {
    guard let scope = [Scope.source, .own, .others].first(where: { analysis.scopes.contains($0) }),
      let group = FindingRules.leading(analysis.focus(scope))
    else { return nil }
    let runs = group.methods.map { method in
      (
        method: method,
        terms: (group.runs[method] ?? [:]).sorted { $0.key < $1.key }.flatMap { entry in
          entry.value.runs.sorted { $0.key < $1.key }.map { $0.value[0].terms }
        }.filter { !$0.isEmpty }
      )
    }.filter { !$0.terms.isEmpty }
    let names = Set(runs.flatMap { $0.terms.flatMap(\.keys) }).sorted()
    guard !names.isEmpty else { return nil }
    return Table(
      title: "Terms of the loss on the training images, \(wording.tasks(group))",
      caption: "After the last step, before the term's weight; the mean over tasks and seeds.",
      columns: [Table.Column(title: "structure", isNumber: false), Table.Column(title: "supervision", isNumber: false)]
        + names.map { Table.Column(title: Labels.cut($0)) },
      rows: runs.map { run in
        [
          Table.Field(labels.structure(run.method)), Table.Field(labels.supervision(run.method.supervision)),
        ]
          + names.map { name -> Table.Field in
            let values = run.terms.compactMap { $0[name] }
            guard !values.isEmpty else { return .none }
            let mean = values.reduce(0, +) / Double(values.count)
            return Table.Field(NumberText.three(mean), key: mean)
          }
      })
  }

  /// What training costs.
  func costs() -> Table? {
    let costs = CostsCSV.sorted(analysis.results.costs)
    guard !costs.isEmpty else { return nil }
    return Table(
      title: "What training costs",
      caption:
        "The median of measured steps on this machine with all threads; memory is counted, not measured. Costs are "
        + "those of one step, whatever the number of images in it.",
      columns: [
        Table.Column(title: "structure", isNumber: false), Table.Column(title: "supervision", isNumber: false),
        Table.Column(title: "task", isNumber: false), Table.Column(title: "ms a step"),
        Table.Column(title: "images a second"), Table.Column(title: "peak memory"), Table.Column(title: "parameters"),
      ],
      rows: costs.map { cost in
        [
          Table.Field(labels.structure(cost.structure)), Table.Field(labels.supervision(cost.supervision)),
          Table.Field(Labels.cut(cost.task)),
          Table.Field(NumberText.significant(1000 * cost.stepSeconds), key: cost.stepSeconds),
          Table.Field(NumberText.significant(cost.imagesPerSecond), key: cost.imagesPerSecond),
          Table.Field(ByteCount.text(cost.peakBytes), key: Double(cost.peakBytes)),
          Table.Field(NumberText.whole(cost.parameters), key: Double(cost.parameters)),
        ]
      })
  }
}
