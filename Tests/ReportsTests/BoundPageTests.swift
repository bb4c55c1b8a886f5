import BoundAnalysis
import Foundation
import TestSupport
import Testing

import Reports

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// The page of a sweep and the folder around it.
struct BoundPageTests {
  private static func written(
    _ sweep: SyntheticSweep, form: any BoundForm = AdditiveForm(), gnuplot: Gnuplot? = .find()
  ) throws -> (folder: TemporaryFolder, notes: [String]) {
    let folder = try TemporaryFolder()
    let notes = try BoundReport(sweep.results(), form: form, provenance: .testing).write(
      to: folder.path, gnuplot: gnuplot)
    return (folder, notes)
  }

  @Test func everyFileIsThereWithoutGnuplot() throws {
    let (folder, notes) = try Self.written(SyntheticSweep(), gnuplot: nil)
    #expect(notes == [Gnuplot.advice])
    let names = folder.files.map { $0.dropFirst(folder.path.count + 1) }
    #expect(names == ["curves.csv", "details.csv", "draws.csv", "report.html", "results.json"])
    #expect(try folder.text("report.html").contains("apt-get install gnuplot-nox"))
  }

  @Test(.enabled(if: Gnuplot.find() != nil, "gnuplot is not installed"))
  func nothingComesFromOutsideAndEveryFigureIsThere() throws {
    let (folder, notes) = try Self.written(SyntheticSweep(names: ["coop", "sapl"]))
    #expect(notes.isEmpty)
    let page = try folder.text("report.html")
    for match in page.matches(of: /(?:src|href)\s*=\s*["']([^"']*)["']/) {
      let target = match.output.1
      #expect(!target.contains("//"), "\(target) is outside")
      if target.hasPrefix("#") {
        #expect(page.contains("id=\"\(target.dropFirst())\"") || page.contains("id='\(target.dropFirst())'"))
      } else if !target.hasPrefix("data:") {
        #expect(folder.exists(String(target)), "\(target) is not there")
      }
    }
    for id in ["gap", "bound", "b", "x-star", "coverage", "r", "size"] {
      #expect(page.contains("<figure id=\"\(id)\">"), "there is no figure \(id)")
    }
    let ids = page.matches(of: /\sid=["']([^"']*)["']/).map { String($0.output.1) }
    #expect(ids.count == Set(ids).count)
    #expect(!page.contains("{{") && !page.contains("'rgb("))
    // Two structures and two sizes: three figures with a panel for each structure, four with one for each size too.
    #expect(folder.files.count { $0.hasSuffix(".svg") } == 3 * 2 + 4 * 4)
    // The order of a page: what contradicts, then what agrees; the inequality is said to be ours.
    let contradiction = try #require(page.range(of: "findings-contradiction"))
    let agreement = try #require(page.range(of: "findings-agreement"))
    #expect(contradiction.lowerBound < agreement.lowerBound)
    #expect(page.contains("is our derivation"))
  }

  @Test(.enabled(if: Gnuplot.find() != nil, "gnuplot is not installed"))
  func pacBayesHasAFigureAndATableWhereItWasAskedFor() throws {
    var sweep = SyntheticSweep()
    let (plain, _) = try Self.written(sweep)
    #expect(!(try plain.text("report.html")).contains("PAC-Bayes bound"))
    sweep.posteriorSamples = 100
    let (folder, notes) = try Self.written(sweep)
    #expect(notes.isEmpty)
    let page = try folder.text("report.html")
    #expect(page.contains("<figure id=\"pac-bayes\">"))
    #expect(page.contains("What a PAC-Bayes bound says, which knows nothing of λ"))
    #expect(page.contains("100 random predictors of each posterior"))
    #expect(folder.files.count { $0.contains("pac-bayes") && $0.hasSuffix(".svg") } == 2)
  }

  @Test func theSameResultsGiveTheSameFiles() throws {
    let folders = try [0, 1].map { _ in try Self.written(SyntheticSweep(draws: 12, signPairs: 4)).folder }
    for path in folders[0].files {
      let name = String(path.dropFirst(folders[0].path.count + 1))
      #expect(try folders[0].bytes(name) == folders[1].bytes(name), "\(name) differs")
    }
  }

  @Test func resultsAreJSONWithInfiniteRadiusAndLambda() throws {
    let (folder, _) = try Self.written(SyntheticSweep(names: ["coop", "sapl"]), gnuplot: nil)
    let object = try JSONSerialization.jsonObject(with: folder.bytes("results.json")) as? [String: Any]
    let families = try #require(object?["families"] as? [[String: Any]])
    #expect(families.count == 2)
    let curves = try #require(families[0]["curves"] as? [[String: Any]])
    let points = try #require(curves[0]["points"] as? [[String: Any]])
    #expect(points.count == 6 && points[0]["radius"] as? String == "inf" && points[5]["lambda"] as? String == "inf")
    #expect(points[1]["gapMean"] is Double && points[1]["newClassAccuracy"] is NSNull)
    #expect((families[0]["verdicts"] as? [[String: Any]])?.isEmpty == false)
  }

  @Test(.enabled(if: Gnuplot.find() != nil, "gnuplot is not installed"))
  func oneSizeWithoutSignVectorsAndFewDraws() throws {
    var sweep = SyntheticSweep(sizes: [24], draws: 5, signPairs: 0, delta: 0.05)
    sweep.otherBudgets = []
    let (folder, notes) = try Self.written(sweep)
    #expect(notes.isEmpty)
    let page = try folder.text("report.html")
    // What would say nothing is left out, and a line says why.
    for id in ["size", "coverage"] { #expect(!page.contains("<figure id=\"\(id)\">")) }
    #expect(page.contains("The gap against N: there is only one size."))
    #expect(page.contains("too few to fit B on one half"))
    #expect(page.contains("B needed</text>") || page.contains(">B needed<"))
    #expect(!page.contains("What the budget does"))
    #expect(page.contains("none: B has no estimate from above"))
    #expect(page.contains("5 draws are too few, 59 are needed"))
  }

  @Test(.enabled(if: Gnuplot.find() != nil, "gnuplot is not installed"))
  func pointsThatAreNotLocalisedAreMarkedAndCounted() throws {
    var sweep = SyntheticSweep()
    sweep.unsettled = [1]
    let (folder, _) = try Self.written(sweep)
    #expect(try folder.text("report.html").contains("(2 of 12 points)"))
    #expect(try folder.text("figures/gap-1-coop.gp").contains("$o0 << EOD"))
    let (plain, _) = try Self.written(SyntheticSweep())
    #expect(try !plain.text("report.html").contains("Open markers"))
    #expect(try !plain.text("figures/gap-1-coop.gp").contains("$o0"))
  }

  @Test(.enabled(if: Gnuplot.find() != nil, "gnuplot is not installed"))
  func aValueWithoutAnyLimitAtZeroLeavesRoomForTheOthers() throws {
    func top(_ folder: TemporaryFolder, _ name: String) throws -> Double {
      let range = try #require(try folder.text("figures/\(name).gp").firstMatch(of: /set yrange \[[^:]*:([^\]]*)\]/))
      return try #require(Double(range.output.1))
    }
    var results = try SyntheticSweep().results()
    results.sweeps[0].signedMaxima = results.sweeps[0].signedMaxima.map {
      SignedMaximum(
        weight: $0.weight, draw: $0.draw, value: $0.weight.value == 0 ? 500 + Double($0.draw.index) : $0.value)
    }
    let folder = try TemporaryFolder()
    try BoundReport(results, provenance: .testing).write(to: folder.path)
    let (plain, _) = try Self.written(SyntheticSweep())
    for name in ["bound-1-coop-n24", "b-1-coop-n24"] {
      #expect(try top(folder, name) < 20)
      #expect(try top(plain, name) >= 8)
    }
    let text = "the axis ends below the value at λ = 0"
    #expect(try folder.text("report.html").contains(text))
    #expect(try !plain.text("report.html").contains(text))
  }

  @Test(.enabled(if: Gnuplot.find() != nil, "gnuplot is not installed"))
  func linesOfAKeyHaveTheDashesOfTheirCurves() throws {
    let (folder, _) = try Self.written(SyntheticSweep())
    // Two dashed curves, each once in the picture and once in the key.
    let picture = try folder.text("figures/x-star-1-coop.svg")
    #expect(picture.matches(of: /stroke-dasharray='4.0,4.0'/).count == 4)
  }

  @Test func overlapOfSubsetsIsToldWithItsFactor() throws {
    var sweep = SyntheticSweep(sizes: [100], draws: 26)
    sweep.population = 1000
    let (folder, _) = try Self.written(sweep, gnuplot: nil)
    let page = try folder.text("report.html")
    // √(1 + 25 · 0.1) = 1.87.
    #expect(page.contains("share about 10.0 % of their images"))
    #expect(page.contains("= 1.87"))
    let (fresh, _) = try Self.written(SyntheticSweep(), gnuplot: nil)
    #expect(try fresh.text("report.html").contains("drawn afresh without limit"))
  }

  @Test(.enabled(if: Gnuplot.find() != nil, "gnuplot is not installed"))
  func namesOfOthersStayText() throws {
    var sweep = SyntheticSweep(names: [EscapingTests.hostile, "<img src=x onerror=alert(2)>"])
    sweep.facts = [.init("<b>task", "<i>one</i>\u{202E}"), .init("task", EscapingTests.hostile)]
    let (folder, notes) = try Self.written(sweep)
    #expect(notes.isEmpty)
    let page = try folder.text("report.html")
    for text in ["<script>alert", "<img", "<i>", "<b>task", "\u{202E}"] {
      #expect(!page.contains(text), "\(text) is in the page as it is")
    }
    let figures = folder.files.filter { $0.hasSuffix(".svg") }
    #expect(figures.count == 3 * 2 + 4 * 4)
    for figure in figures {
      let parser = XMLParser(data: try Data(contentsOf: URL(fileURLWithPath: figure)))
      #expect(parser.parse(), "\(figure) is not XML")
    }
  }

  @Test(.enabled(if: Gnuplot.find() != nil, "gnuplot is not installed"))
  func aFormWhoseBIsAFactorHasNoBandOfB() throws {
    let (folder, notes) = try Self.written(SyntheticSweep(), form: MultiplicativeForm())
    #expect(notes.isEmpty)
    let page = try folder.text("report.html")
    #expect(!page.contains("<figure id=\"b\">") && !page.contains("<figure id=\"bound\">"))
    #expect(
      page.contains("<figure id=\"coverage\">") && page.contains("in this form of the inequality B can only be fitted"))
    #expect(page.contains(MultiplicativeForm.summary))
  }

  @Test func aBudgetOfItsOwnIsTheFamilys() throws {
    var results = try SyntheticSweep().results()
    results.setting.budget = 100
    results.setting.otherBudgets = [50]
    let report = try BoundReport(results, provenance: .testing)
    #expect(report.curves[0].budget == 200)
    #expect(report.curves[0].budgets.first { $0.isMain }?.budget == 200)
  }

  @Test func linesForATerminal() throws {
    let report = try BoundReport(SyntheticSweep(names: ["coop:a=1", "sapl"]).results(), provenance: .testing)
    let tables = report.curveLines
    #expect(tables.map(\.title) == ["coop, N = 24", "coop, N = 96", "sapl, N = 24", "sapl, N = 96"])
    #expect(
      tables.allSatisfy { table in table.lines.count == 7 && table.lines.allSatisfy { $0.count == table.lines[0].count }
      })
    #expect(tables[0].lines.last![0] == "∞")
    #expect(report.sentences.count > 8)
    #expect(report.sentences.allSatisfy { $0.hasPrefix("coop: ") || $0.hasPrefix("sapl: ") })
  }
}
