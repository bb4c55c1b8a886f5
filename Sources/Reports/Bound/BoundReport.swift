import Basics
import BoundAnalysis
import Experiments
import Foundation

/// The report of a sweep of λ: what Theorem 1 says and what happened, in sentences, figures, tables, and files for other
/// programs.
///
/// ```swift
/// let report = try BoundReport(results)
/// report.sentences.forEach { print($0) }
/// try report.write(to: "bounds/first")   // report.html, draws.csv, curves.csv, …
/// ```
public struct BoundReport: Sendable {
  /// What it is made from.
  public let results: BoundResults
  /// Where and how it was made.
  public let provenance: Provenance
  /// The estimates, family by family.
  public var curves: [BoundCurves] { families.map(\.curves) }

  /// What is written beside the page, the folder of figures apart.
  static let files = ["draws.csv", "details.csv", "curves.csv", "results.json"]

  let families: [SweptFamily]
  let style: FigureStyle

  /// Computes everything that a report says.
  ///
  /// - Parameters:
  ///   - form: The inequality that is checked.
  ///   - provenance: Where and how the results were made; nil for this process.
  /// - Throws: ``Failure`` for results that contradict themselves, as a draw that lacks a λ.
  public init(
    _ results: BoundResults, form: any BoundForm = AdditiveForm(), provenance: Provenance? = nil
  ) throws {
    guard !results.sweeps.isEmpty else { throw Failure("a report of a sweep without families has nothing to say") }
    self.results = results
    self.provenance = provenance ?? Provenance(command: CommandLine.arguments.joined(separator: " "))
    let style = FigureStyle(results.sweeps.map { Method(structure: $0.name) })
    self.style = style
    families = try results.sweeps.map {
      try SweptFamily($0, results.setting, form: form, label: style.labels.structure($0.name))
    }
  }

  /// Writes `draws.csv`, `details.csv`, `curves.csv`, `results.json`, `report.html` and the folder `figures`; each file is whole
  /// or not there. Without gnuplot there are no figures, and everything else is there.
  ///
  /// - Returns: What a user should know, a line each: gnuplot is missing, or a figure could not be drawn.
  /// - Throws: ``Failure`` naming the file that cannot be written and the system's reason.
  @discardableResult
  public func write(to directory: String) throws -> [String] { try write(to: directory, gnuplot: .find()) }

  package func write(to directory: String, gnuplot: Gnuplot?) throws -> [String] {
    try Folder.make(directory)
    func write(_ text: String, _ name: String) throws {
      try AtomicFile.write(Data(text.utf8), to: "\(directory)/\(name)")
    }
    // Numbers first: what a figure may lack must not cost them.
    try write(DrawsCSV.text(results), "draws.csv")
    try write(DetailsCSV.text(results), "details.csv")
    try write(CurvesCSV.text(self), "curves.csv")
    try write(try JSONText.encode(BoundDocument(self)) + "\n", "results.json")
    let figures = BoundFigures(families: families, style: style).all()
    let (drawings, notes) = try FigureFiles(directory: directory, gnuplot: gnuplot).write(figures)
    try write(try BoundPage(report: self, figures: figures, drawings: drawings, notes: notes).html(), "report.html")
    return notes
  }
}
