import ArgumentParser

struct PromptsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prompts", abstract: "Read the prompts of published code, write prompts for it, or look at prompts.",
    subcommands: [PromptsImportCommand.self, PromptsExportCommand.self, PromptsShowCommand.self])
}
