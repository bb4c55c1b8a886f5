import ArgumentParser
import Basics
import Experiments
import FeatureStore
import PromptBounds

struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Draw the report of a comparison or a sweep again from what is there.",
    discussion: "\(Terminal.program) report studies/first")

  @Argument(help: "The folder of a comparison or a sweep.")
  var folder: String
  @OptionGroup var data: DataRootOption
  @OptionGroup var configuration: ConfigurationOption

  func run() throws {
    if let results = try PromptSweep.results(in: folder) { return try BoundCommand.report(results, in: folder) }
    let study = try Study(in: folder, registry: CommandLineApp.studies)
    let results = try study.results(in: folder, command: Terminal.commandLine)
    guard !results.cells.isEmpty else {
      throw Failure(
        "nothing of the comparison in \(folder) has been run yet; the command that began it goes on with it")
    }
    try StudyRun.report(results, in: folder)
    let count = results.missing.count
    if count > 0 {
      Terminal.line(
        "\(count) of \(study.runCount) runs \(count == 1 ? "is" : "are") not there, as \(results.missing[0]); the command that "
          + "began the comparison goes on with it")
    }
  }
}
