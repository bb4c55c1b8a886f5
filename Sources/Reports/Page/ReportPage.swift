import Basics
import Experiments
import Statistics

/// `report.html`: one file, nothing loaded.
struct ReportPage {
  let report: StudyReport
  let figures: [Figure.Result]
  /// The SVG of each picture by name.
  let drawings: [String: String]
  let notes: [String]
  /// The most sentences of a kind that are shown at once.
  private static let most = 6

  func html() throws -> String {
    let tables = report.tables
    let shown = tables.accuracies() + [tables.classes(), tables.costs()].compactMap { $0 }
    return try Templates.page(
      [
        "version": report.results.provenance.version, "title": title, "introduction": introduction,
        "style": Templates.style, "script": Templates.script,
        "headlines": report.findings.filter { $0.kind == .headline }.map(\.text), "groups": groups,
        "reading": reading, "foldedTitle": "Each task by itself",
        "tables": shown.map(PageContext.table),
        "foldedTables":
          (tables.comparisons() + [tables.terms(), tables.prompts(), tables.attention()].compactMap { $0 }).map(
            PageContext.table),
        "facts": facts, "remarks": remarks, "files": PageContext.files(StudyReport.files),
      ].merging(
        PageContext.figures(
          figures, drawings: drawings, command: report.results.provenance.command, notes: notes)
      ) { first, _ in first })
  }

  // MARK: What it is about

  private var learned: [Method] { report.analysis.methods.values.filter { $0.kind == .learned }.sorted() }

  private var title: String {
    let structures = Set(learned.map(\.structure)).sorted().map(report.style.labels.structure)
    let names = structures.count > 5 ? "\(structures.count) prompt structures" : Self.listed(structures)
    return names.isEmpty ? "Study: \(report.results.protocolName)" : "\(names) compared: \(report.results.protocolName)"
  }

  private var introduction: String {
    let cells = report.results.cells
    let supervisions = Set(learned.map(\.supervision)).sorted().map(report.style.labels.supervision)
    let tasks = Set(cells.map(\.tested)).sorted()
    let seeds = Set(cells.filter { $0.kind != .reference }.map(\.seed)).count
    let runs = Set(
      cells.filter { $0.kind == .learned }.map {
        [$0.method, $0.task, "\($0.shots ?? -1)", "\($0.epochs)", "\($0.seed)"]
      }
    ).count
    let count = NumberText.count(runs, "run")
    return
      "\(count) with the backbone \(report.results.backbone.printable): supervision by \(Self.listed(supervisions)); "
      + "tested on \(Self.listed(tasks.map { $0.printable })); \(NumberText.count(seeds, "seed"))."
  }

  static func listed(_ names: [String]) -> String {
    names.count < 2 ? names.joined() : names.dropLast().joined(separator: ", ") + " and " + names.last!
  }

  // MARK: Findings

  private var groups: [[String: Any]] {
    let isDecided = report.findings.contains { [.agreesWithPaper, .decided].contains($0.kind) }
    let isOfPaper = PaperClaims().areAbout(report.analysis.methods.values)
    let nothing: String? =
      !isOfPaper
      ? nil
      : isDecided
        ? "Nothing that was decided here contradicts the paper's claims."
        : "Nothing was decided here, neither for the paper's claims nor against them."
    let titles: [(Finding.Kind, String, String?)] = [
      (.contradictsPaper, "What contradicts the paper", nothing),
      (.agreesWithPaper, "What agrees with the paper", nil),
      (.decided, "What else is decided", nil), (.undecided, "What is not decided", nil),
    ]
    return titles.compactMap { kind, title, none in
      PageContext.group(
        id: kind.rawValue, title: title, report.findings.filter { $0.kind == kind }.map(\.text), most: Self.most,
        none: none)
    }
  }

  private var reading: String {
    let analysis = report.analysis
    let settings = analysis.scopes.flatMap { analysis.focus($0) }.map(\.setting)
    let lines = analysis.comparisons.filter { settings.contains($0.setting) }
    let small = lines.count { $0.p < 0.05 }
    let corrected = lines.count { $0.pHolm < 0.05 }
    return
      "Points are percentage points of accuracy. A difference counts as decided where its 95 % interval excludes 0, "
      + "without a correction for how many were looked at: of \(NumberText.count(lines.count, "comparison")) at the "
      + "budgets shown first, \(small) have p < 0.05 by the sign-flip test and \(corrected) after Holm's correction. What "
      + "is picked because it is highest tends to be so partly by luck." + budgets
  }

  /// Which of several budgets the sentences are about.
  private var budgets: String {
    let analysis = report.analysis
    let texts = analysis.scopes.compactMap { scope -> String? in
      let all = Set(
        analysis.grid.groups.filter { $0.scope == scope }.map { [$0.setting.shots ?? -1, $0.setting.epochs] })
      guard all.count > 1, let setting = analysis.focus(scope).first?.setting else { return nil }
      let images = setting.shots.map { NumberText.count($0, "image") + " a class" } ?? "all training images"
      return "\(images) and \(NumberText.count(setting.epochs, "epoch")) (\(StudyFigures.name(scope)))"
    }
    return texts.isEmpty
      ? ""
      : " Sentences are about \(Self.listed(texts)); for other budgets see the curves and comparisons.csv."
  }

  // MARK: Parts

  private var remarks: [[String: Any]] {
    let results = report.results
    return [
      results.fairness.isEmpty
        ? nil : PageContext.remarks(id: "fairness", title: "What was equal", results.fairness),
      PageContext.remarks(
        id: "missing", title: "What is missing", results.missing + notes.filter { $0 != Gnuplot.advice },
        none: "Nothing: every planned cell is there."),
      PageContext.remarks(id: "statistics", title: "How the numbers are meant", methods),
    ].compactMap { $0 }
  }

  private var facts: [[String: Any]] {
    let provenance = report.results.provenance
    let seeds = Set(report.results.cells.filter { $0.kind != .reference }.map(\.seed)).sorted()
    return [
      PageContext.fact("Command", provenance.command, isCode: true), PageContext.fact("RPP", provenance.version),
      PageContext.fact("Protocol", report.results.protocolName),
      PageContext.fact("Backbone", report.results.backbone),
      PageContext.fact("Processor", "\(provenance.processor), \(NumberText.count(provenance.threads, "thread"))"),
      PageContext.fact("Kernels", provenance.arithmetic.joined(separator: "; ")),
      PageContext.fact("Seeds", seeds.map(String.init).joined(separator: ", ")),
      PageContext.fact(
        "Lines",
        "\(NumberText.count(report.results.cells.count, "tested cell")), "
          + NumberText.count(report.comparisons.count, "comparison")),
    ]
  }

  /// How often the intervals cover at 3 and 5 seeds.
  private var coverage: String {
    let parts = [3, 5].map { seeds -> String in
      let shares = CrossedBootstrap.measuredCoverage.filter { $0.seeds == seeds }.map(\.interval)
      return
        "\(NumberText.percent(shares.min() ?? 0)) to \(NumberText.percent(shares.max() ?? 0)) % with \(seeds) seeds"
    }
    return "In simulated experiments with one task and 240 test images these intervals covered the true difference in "
      + "\(parts.joined(separator: " and in ")) (nominal: 95 %), depending on how much seeds differ."
  }

  private var methods: [String] {
    [
      "Differences are paired by seed, task and test image. Their 95 % intervals are from a bootstrap over seeds and test "
        + "images: an image is drawn once for all seeds and both methods, because all saw the same ones; with few seeds "
        + "the interval is widened as Student's t is. A mean over tasks counts every task alike, and speaks for these "
        + "tasks.",
      coverage, "With one seed the interval is over test images only, and nothing is called better.",
      "p is that of the paired sign-flip test over pairs of seed and task, two-sided, the observed assignment included: "
        + "with n pairs it cannot fall below 2 / 2ⁿ. Holm's correction is for all comparisons with the same task, classes, "
        + "images a class and epochs.",
      "References, as zero-shot, do not depend on the seed, and are paired with every seed of the other method.",
      "How many more seeds would decide a comparison assumes that they are like those so far; with that many the chance "
        + "is about one half.",
    ]
  }
}
