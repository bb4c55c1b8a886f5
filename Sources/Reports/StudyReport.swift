import Basics
import Experiments
import Foundation

/// The report of a study: findings in sentences, figures, tables, and files for other programs.
///
/// ```swift
/// let report = try StudyReport(results)
/// report.findings.forEach { print($0.text) }
/// try report.write(to: "study")   // study/report.html, results.csv, comparisons.csv, …
/// ```
public struct StudyReport: Sendable {
  /// What it is made from.
  public let results: StudyResults
  /// Sentences that follow from the numbers by rules: headlines first, then what contradicts the paper.
  public let findings: [Finding]
  /// The difference of any two methods in every setting, as `comparisons.csv` has them.
  public var comparisons: [Comparison] { analysis.comparisons }
  /// The first table: the accuracy of all methods, as `table.md` has it.
  public var table: String { tables.accuracies().map(\.markdown).joined(separator: "\n") }

  /// What is written beside the page, the folder of figures apart.
  static let files = ["results.csv", "comparisons.csv", "costs.csv", "results.json", "table.md", "table.tex"]

  let analysis: StudyAnalysis
  /// Tests that could not be paired, a line each.
  package var unpaired: [String] { analysis.grid.notes }
  /// What a reader should know besides: of the study, and of tests that could not be paired.
  var notes: [String] { results.notes + analysis.grid.notes }
  let style: FigureStyle
  let wording: Wording
  package var tables: StudyTables { StudyTables(analysis: analysis, labels: style.labels, wording: wording) }

  /// Computes everything that a report says.
  ///
  /// - Throws: ``Failure`` for records that contradict themselves, as confidences that are no probabilities.
  public init(_ results: StudyResults) throws { try self.init(results, replicates: 2000) }

  /// - Parameter replicates: How many bootstrap replicates an interval is from.
  package init(_ results: StudyResults, replicates: Int) throws {
    self.results = results
    analysis = try StudyAnalysis(results, replicates: replicates)
    style = FigureStyle(analysis.methods.values.sorted())
    wording = Wording(labels: style.labels)
    findings = try FindingRules(analysis: analysis, wording: wording).findings()
  }

  /// Writes `results.csv`, `comparisons.csv`, `costs.csv`, `results.json`, `table.md`, `table.tex`, `report.html` and the
  /// folder `figures`; each file is whole or not there. Without gnuplot there are no figures, and everything else is there.
  ///
  /// - Returns: What a user should know, a line each: gnuplot is missing, a figure could not be drawn, tests could not be
  ///   paired, prompts could not be read.
  /// - Throws: ``Failure`` naming the file that cannot be written and the system's reason.
  @discardableResult
  public func write(to directory: String) throws -> [String] { try write(to: directory, gnuplot: .find()) }

  @discardableResult
  package func write(to directory: String, gnuplot: Gnuplot?) throws -> [String] {
    try Folder.make(directory)
    func write(_ text: String, _ name: String) throws {
      try AtomicFile.write(Data(text.utf8), to: "\(directory)/\(name)")
    }
    // Numbers first: what a figure may lack must not cost them.
    try write(try ResultsCSV.text(results), "results.csv")
    try write(ComparisonsCSV.text(comparisons, protocolName: results.protocolName), "comparisons.csv")
    try write(CostsCSV.text(results.costs), "costs.csv")
    try write(try JSONText.encode(ReportDocument(self)) + "\n", "results.json")
    let tables = self.tables.accuracies()
    try write(tables.map(\.markdown).joined(separator: "\n"), "table.md")
    try write(tables.map(\.tex).joined(separator: "\n"), "table.tex")

    let figures = try StudyFigures(analysis: analysis, style: style, wording: wording).all()
    let (drawings, complaints) = try FigureFiles(directory: directory, gnuplot: gnuplot).write(figures)
    let notes = self.notes + complaints
    try write(try ReportPage(report: self, figures: figures, drawings: drawings, notes: notes).html(), "report.html")
    return notes
  }
}
