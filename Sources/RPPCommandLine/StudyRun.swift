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
  /// - Throws: ``Trainer/Interrupted``; ``Failure`` if runs failed, after the report of the others is written.
  func run() throws {
    let bar = Mutex(ProgressBar("comparing"))
    let results = try Interruption.watching {
      defer { bar.withLock { $0.finish() } }
      return try study.run(
        in: folder, command: command,
        observer: StudyObserver(
          shouldStop: { Interruption.isRequested }, note: { Terminal.line($0) },
          progress: { progress in
            bar.withLock {
              $0.show(
                Int(progress.share * 1000), of: 1000, "\(progress.done) of \(progress.runs) runs  \(progress.detail)")
            }
          }))
    }
    try Self.report(results, in: folder)
    for line in results.missing { Terminal.line("failed: \(line)") }
    guard results.missing.isEmpty else {
      let count = results.missing.count
      throw Failure(
        "\(count) run\(count == 1 ? "" : "s") failed, see above; the others are done, and the same command tries these again"
      )
    }
  }

  /// Writes the report of results into a folder, and prints its table and findings.
  static func report(_ results: StudyResults, in folder: String) throws {
    guard !results.cells.isEmpty else { return }
    let report = try StudyReport(results)
    let notes = try report.write(to: folder)
    print(report.table)
    for finding in report.findings { print("- \(finding.text)") }
    for note in notes { Terminal.line(note) }
    print("\nThe report is \(folder)/report.html; numbers are in results.csv and comparisons.csv beside it.")
  }
}
