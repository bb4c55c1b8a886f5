import ArgumentParser
import Basics
import CLIP
import Datasets
import PromptLearning

struct PluginsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plugins", abstract: "The structures and supervisions there are, with their options.")

  @Flag(help: "One JSON object on standard output.")
  var json = false

  func run() throws {
    let registry = CommandLineApp.registry
    let structures = registry.structures.map { Entry($0) }
    let supervisions = registry.supervisions.map { Entry($0) }
    if json { return print(try JSONOutput.text(["structures": structures, "supervisions": supervisions])) }
    print("Structures (--structure NAME:option=value,…)")
    for entry in structures { print(entry.text) }
    print("\nSupervisions (--supervision NAME:option=value+NAME…)")
    for entry in supervisions { print(entry.text) }
  }

  private struct Entry: Encodable {
    let name: String
    let summary: String
    let paper: String?
    let options: [OptionDescription]

    init(_ plugin: any PromptPlugin.Type) {
      name = plugin.name
      summary = plugin.summary
      paper = plugin.paper
      options = plugin.optionDescriptions
    }

    var text: String {
      var lines = ["\n  \(name)  \(summary)"]
      if let paper { lines.append("    \(paper)") }
      for option in options {
        let value = option.defaultValue.isEmpty ? "\"\"" : option.defaultValue
        lines.append("    \(option.name)=\(value)  \(option.summary) (\(option.allowed))")
      }
      return lines.joined(separator: "\n")
    }
  }
}
