import ArgumentParser
import Basics
import Experiments
import FeatureStore

struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Draw the report of a comparison again from what is there.",
    discussion: "\(Terminal.program) report studies/first")

  @Argument(help: "The folder of a comparison.")
  var folder: String

  func run() throws {
    let study = try Study(in: folder, registry: CommandLineApp.studies)
    try StudyRun.report(try study.results(in: folder, command: Terminal.commandLine), in: folder)
  }
}
