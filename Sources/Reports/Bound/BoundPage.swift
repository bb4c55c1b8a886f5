import Basics
import BoundAnalysis
import Foundation

/// `report.html` of a sweep: one file, nothing loaded.
struct BoundPage {
  let report: BoundReport
  let figures: [Figure.Result]
  /// The SVG of each picture by name.
  let drawings: [String: String]
  let notes: [String]
  /// The most sentences of a kind that are shown at once.
  private static let most = 8

  func html() throws -> String {
    let tables = BoundTables(families: report.families)
    return try Templates.page(
      [
        "version": report.provenance.version, "title": title, "introduction": introduction, "style": Templates.style,
        "script": Templates.script, "headlines": headlines, "groups": groups, "reading": reading,
        "foldedTitle": "More figures", "tables": (tables.curves() + [tables.decays()]).map(PageContext.table),
        "foldedTables": ([tables.pacBayes(), tables.budgets(), tables.lossLimits()].compactMap { $0 }).map(
          PageContext.table),
        "facts": facts, "remarks": remarks, "files": PageContext.files(BoundReport.files),
      ].merging(
        PageContext.figures(figures, drawings: drawings, command: report.provenance.command, notes: notes)
      ) { first, _ in first })
  }

  // MARK: What it is about

  private var setting: BoundSetting { report.results.setting }
  private var families: [SweptFamily] { report.families }
  private var confidence: String { BoundFigures.trimmed(100 * (1 - setting.delta)) }

  private var title: String {
    let names = families.map(\.label)
    let listed = names.count > 5 ? "\(names.count) families" : ReportPage.listed(names)
    return "Theorem 1 across λ: \(listed)"
  }

  private var introduction: String {
    let about = report.results.facts.first { $0.name == "task" }.map { "On \($0.text.printable): " } ?? ""
    let weights = setting.weights.map(WeightTicks.label)
    let drawn = families[0].sweep.facts.population == nil ? "independent training set" : "random training set"
    return about + "Θ*(λ) on \(NumberText.count(setting.draws, drawn)) of "
      + "N = \(ReportPage.listed(setting.sizes.map(String.init))) for \(weights.count) λ from \(weights.first!) to "
      + "\(weights.last!), and the gap between held-out and training loss beside the bound that is to hold with "
      + "probability \(confidence) %."
  }

  /// For each family what λ does at the smallest size, where there is most to see.
  private var headlines: [String] {
    families.compactMap { family in
      let curve = family.curves.curves[0]
      let known = curve.points.compactMap { point in point.estimates.value.map { (point.weight, $0) } }
      guard let first = known.first, let last = known.last, known.count > 1 else { return nil }
      func text(_ known: (DistillationWeight, PointEstimates)) -> String {
        let interval = known.1.gapWithPool.interval
        return "\(BoundTables.text(known.1.gap.value)) at λ = \(WeightTicks.label(known.0)) (95 % interval "
          + "\(BoundTables.text(interval.low)) to \(BoundTables.text(interval.high)))"
      }
      var sentence =
        "With \(family.label) on \(curve.size) images the gap between held-out and training loss is \(text(first)) and "
        + text(last)
      if let choice = curve.choice.value {
        sentence += "; the held-out loss is least at λ = \(WeightTicks.label(choice.byHeldOut.weight))"
        sentence +=
          choice.byBound.weight == choice.byHeldOut.weight
          ? ", and so is the bound" : ", the bound at λ = \(WeightTicks.label(choice.byBound.weight))"
      }
      return sentence + "."
    }
  }

  // MARK: Findings

  private var groups: [[String: Any]] {
    let all = families.flatMap(\.verdicts)
    let isDecided = all.contains { $0.kind == .agreement }
    let titles: [(Verdict.Kind, String, String?)] = [
      (
        .contradiction, "What contradicts the theorem's reading",
        isDecided
          ? "Nothing that was decided here contradicts it."
          : "Nothing was decided here, neither for the theorem nor against it."
      ),
      (.conditionNotMet, "Where its conditions are not met", nil), (.agreement, "What agrees with it", nil),
      (.undecided, "What is not decided", nil), (.remark, "What to know besides", nil),
    ]
    return titles.compactMap { kind, title, none in
      PageContext.group(id: kind.rawValue, title: title, report.sentences(kind), most: Self.most, none: none)
    }
  }

  private var reading: String {
    "Losses are in nats. N is the number of training images in all; intervals are 95 %, over training sets. A point counts "
      + "where F(Θ*) ≤ F(Θ_T), that is where Θ* is localised; the others are left out of every estimate."
  }

  // MARK: How it was made

  private var facts: [[String: Any]] {
    let provenance = report.provenance
    let budgets = families.map { "\($0.label) \(NumberText.whole($0.setting.budget))" }
    return [PageContext.fact("Command", provenance.command, isCode: true), PageContext.fact("RPP", provenance.version)]
      + report.results.facts.map { PageContext.fact(Self.capitalized($0.name), $0.text) } + [
        PageContext.fact(
          "Learned numbers",
          families.map { "\($0.label) \(NumberText.whole($0.sweep.parameterCount))" }.joined(separator: ", ")),
        PageContext.fact("λ", setting.weights.map(\.text).joined(separator: ", ")),
        PageContext.fact("N", setting.sizes.map(String.init).joined(separator: ", ")),
        PageContext.fact(
          "Draws",
          "\(setting.draws) of each size for the estimates, \(setting.pilots) more that fix H_λ and are used for nothing else"
        ),
        PageContext.fact(
          "Held-out pool",
          families.map { NumberText.count($0.sweep.heldOutCount, "image") }.reduce(into: [String]()) {
            if !$0.contains($1) { $0.append($1) }
          }.joined(separator: ", ")),
        PageContext.fact("δ", BoundFigures.trimmed(setting.delta)),
        PageContext.fact("Evaluations for each Θ*", budgets.joined(separator: ", ")),
        PageContext.fact(
          "Sign vectors",
          setting.signPairs == 0
            ? "none: B has no estimate from above"
            : "\(NumberText.count(setting.signPairs, "antithetic pair")), each with a training set of its own, "
              + "\(NumberText.count(setting.restarts, "ascent")) for each maximum"),
        PageContext.fact(
          "PAC-Bayes",
          setting.posteriorSamples.map { "\(NumberText.count($0, "random predictor")) of each posterior" } ?? "none"),
        PageContext.fact("Seed", "\(setting.seed)"),
        PageContext.fact(
          "Processor", "\(provenance.processor), \(NumberText.count(provenance.threads, "thread"))"),
        PageContext.fact("Kernels", provenance.arithmetic.joined(separator: "; ")),
        PageContext.fact("Time", Self.duration(report.results.seconds)),
      ]
  }

  private static func capitalized(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }

  private static func duration(_ seconds: Double) -> String {
    seconds < 90 ? "\(NumberText.significant(seconds)) s" : "\(NumberText.significant(seconds / 60)) minutes"
  }

  private var remarks: [[String: Any]] {
    let missing = notes.filter { $0 != Gnuplot.advice }
    return [
      PageContext.remarks(id: "inequality", title: "The inequality, and whose it is", inequality),
      PageContext.remarks(id: "drawing", title: "How training sets were drawn", drawing),
      PageContext.remarks(id: "caveats", title: "What to keep in mind", caveats),
      missing.isEmpty ? nil : PageContext.remarks(id: "missing", title: "What is missing", missing),
    ].compactMap { $0 }
  }

  private var inequality: [String] {
    let form = report.curves[0].form
    return [
      "Checked is, with probability at least 1 − δ over the training set: \(report.curves[0].formSummary) "
        + "(form: \(form)).",
      "The source states that a bound holds with probability 1 − δ, with X* the largest loss on the training set and B_λ → 0 "
        + "as λ → ∞; its displayed inequality is not in our source. "
        + (form == AdditiveForm.name
          ? "The inequality here is our derivation."
          : "This form of it was asked for; what is our derivation is the additive one, \(AdditiveForm.summary)."),
      "Steps of the additive form: F(Θ*) ≤ F(Θ_T) gives R_N(Θ*) ≤ R_min + ℓ_N(Θ_T) / λ, so that Θ* lies in a set that shrinks as λ grows; "
        + "McDiarmid's inequality for the largest gap over a fixed set H_λ gives the concentration term and B_λ, the expected "
        + "largest gap; if all of H_λ computes the teacher's function, one function's expected gap is 0, and B_λ → 0.",
      "H_λ = {Θ : R on the pool ≤ ρ}, ρ the largest R on the pool over \(NumberText.count(setting.pilots, "pilot draw")); "
        + "at λ = 0 nothing is constrained.",
    ]
  }

  private var drawing: [String] {
    let facts = families[0].sweep.facts
    var lines = [
      facts.hasEqualShares
        ? "Every class has the same share of a training set, and of the held-out pool. The theorem has independent images: "
          + "equal shares vary less, so that the concentration term is, if anything, too large."
        : "Training images are drawn independently of class, as the theorem has it."
    ]
    guard let population = facts.population else {
      return lines + ["They are drawn afresh without limit: no two training sets share an image but by chance."]
    }
    lines.append(
      "Training sets are random subsets of \(NumberText.count(population, "image")), drawn without replacement within a set: "
        + "they overlap.")
    for size in setting.sizes {
      let share = Double(size) / Double(population)
      let factor = (1 + Double(setting.draws - 1) * share).squareRoot()
      lines.append(
        "N = \(size): two training sets share about \(NumberText.percent(share)) % of their images. If the correlation of their "
          + "gaps is that share, intervals over training sets, which take them to be independent, are too narrow by a factor of "
          + "about √(1 + (K − 1) N / M) = \(NumberText.significant(factor)).")
    }
    return lines
  }

  private var caveats: [String] {
    let budgets = Set(families.map(\.setting.budget)).sorted().map(NumberText.whole)
    return [
      "X* is the largest loss on the training set itself at Θ*, as the source has it, while the derivation needs a bound on "
        + "losses over all of H_λ. The same with the largest loss on the held-out pool and with the data-free cap stands in a "
        + "table of its own.",
      "Θ* is what a stated algorithm reaches within a stated number of evaluations (\(ReportPage.listed(budgets))), no "
        + "minimiser: norms grow without end as losses fall. The budget is part of the definition.",
      "Θ_T, the solution of the distillation term alone, depends on the training set.",
      "The Rademacher estimate is the mean of what gradient ascent finds, which is at most the supremum: it is a lower "
        + "estimate of an upper bound.",
      "B needed is fitted to the same draws that it is then compared with; only the cross-fitted coverage tests it on others.",
      "All training sets share one held-out pool, whose error no number of training sets removes.",
    ]
  }
}
