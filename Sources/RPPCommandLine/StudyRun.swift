import Basics
import Experiments
import Foundation
import Reports
import Synchronization
import Training

/// A study as a command runs it: with progress, its report at the end, and a line for every run that failed.
struct StudyRun {
  private let study: Study
  private let folder: String
  private let command: String

  init(_ study: Study, in folder: String, command: String) {
    self.study = study
    self.folder = folder
    self.command = command
  }

  /// Runs what is missing, writes the report, and prints its table and findings.
  ///
  /// - Returns: The report.
  /// - Throws: ``Trainer/Interrupted``; ``Failure`` if runs failed, after the report of the others is written.
  @discardableResult
  func run() throws -> StudyReport {
    let bar = Mutex(ProgressBar("comparing"))
    let results = try Interruption.watching {
      defer { bar.withLock { $0.finish() } }
      return try study.run(
        in: folder, command: command,
        observer: StudyObserver(
          shouldStop: { Interruption.isRequested }, note: { Terminal.line($0) },
          progress: { progress in
            bar.withLock {
              $0.show(share: progress.share, "\(progress.done) of \(progress.jobs) done  \(progress.detail)")
            }
          }))
    }
    let report = try Self.report(results, in: folder)
    guard results.missing.isEmpty else {
      for line in results.missing { Terminal.line("failed: \(line)") }
      let count = results.missing.count
      throw Failure(
        "\(count) run\(count == 1 ? "" : "s") failed, see above; the others are done, and the same command tries these again"
      )
    }
    return report
  }

  /// Writes the report of results into a folder, and prints its table and findings.
  @discardableResult
  static func report(_ results: StudyResults, in folder: String) throws -> StudyReport {
    let report = try StudyReport(results)
    let notes = try report.write(to: folder)
    print(text(report))
    for note in notes { Terminal.line(note) }
    print("\nThe report is \(folder)/report.html; numbers are in results.csv and comparisons.csv beside it.")
    // Where the output is a file or a pipe, what comes next may take long.
    fflush(nil)
    return report
  }

  /// The first findings, and the rest by their number: all are on the page.
  private static let printedFindings = 5

  private static func text(_ report: StudyReport) -> String {
    let tables = report.accuracyLines.flatMap { table in
      ["\(table.title.printable), test images, in % with 95 % intervals:", TextColumns.text(table.lines), ""]
    }
    return (tables + TextColumns.list(report.findings.map(\.text), most: printedFindings)).joined(separator: "\n")
  }
}
