import ArgumentParser
import Basics
import CLIPModel
import Foundation
import PromptLearning
import Training

struct PluginsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plugins", abstract: "The structures and supervisions there are, with their options.",
    discussion: "Learned parameters are counted on the backbone, embedded:student unless another is given.")

  @Argument(help: "Only this one. With options (coop:classSpecific=true), what is counted has these.")
  var plugin: String?
  @OptionGroup var backbone: BackboneOption
  @Option(
    help: "How many classes are counted for, where each has its own parameters (default: 10).",
    transform: Setting.number(RunConfiguration.countLimit))
  var classCount: Setting<Int>?
  @OptionGroup var json: JSONOption
  @OptionGroup var configuration: ConfigurationOption

  func run() throws {
    let (backbone, classCount) = (backbone.backbone ?? "embedded:student", classCount?.value ?? 10)
    let plugins = try selected()
    // Weights of a large backbone take seconds; supervisions learn nothing.
    let counted = plugins.contains { $0 is any PromptStructure } ? try Backbone(named: backbone) : nil
    let entries = try plugins.map { try Entry($0, on: counted, classCount: classCount) }
    let structures = entries.filter(\.isStructure)
    let supervisions = entries.filter { !$0.isStructure }
    if json.json {
      return print(
        try JSONOutput.text(
          Output(
            backbone: counted?.name, classCount: classCount, structures: structures, supervisions: supervisions)))
    }
    if !structures.isEmpty {
      print("STRUCTURES  --structure NAME:option=value,option=value")
      for entry in structures { print("\n" + entry.text) }
      print("\n  Parameters are those learned on \(backbone).")
    }
    if !supervisions.isEmpty {
      print((structures.isEmpty ? "" : "\n") + "SUPERVISIONS  --supervision NAME:option=value+NAME:option=value")
      for entry in supervisions { print("\n" + entry.text) }
    }
  }

  /// The plugin that the user named, or all with their defaults.
  private func selected() throws -> [any PromptPlugin] {
    let registry = CommandLineApp.registry
    let structures = registry.structures.map { $0.name }
    let supervisions = registry.supervisions.map { $0.name }
    guard let plugin else {
      return try structures.map { try registry.structure($0) }
        + supervisions.flatMap { try registry.supervision($0).terms.map(\.term) }
    }
    let name = try PluginSpecification(plugin).name
    if structures.contains(name) { return [try registry.structure(plugin)] }
    if supervisions.contains(name) { return try registry.supervision(plugin).terms.map(\.term) }
    throw Failure.usage(Spelling.unknown("plugin", name, known: structures + supervisions))
  }

  private struct Output: Encodable {
    let backbone: String?
    let classCount: Int
    let structures: [Entry]
    let supervisions: [Entry]
  }
}

/// A plugin as lists show it.
private struct Entry: Encodable {
  let name: String
  let summary: String
  let paper: String?
  let options: [OptionDescription]
  /// Of a structure.
  let learnedParameters: Int?

  private let isClassSpecific: Bool
  private let classCount: Int
  var isStructure: Bool { learnedParameters != nil }

  private enum CodingKeys: CodingKey { case name, summary, paper, options, learnedParameters }

  init(_ plugin: any PromptPlugin, on backbone: Backbone?, classCount: Int) throws {
    let type = type(of: plugin)
    (name, summary, paper, options) = (type.name, type.summary, type.paper, type.optionDescriptions)
    self.classCount = classCount
    let size: LearnedSize? =
      if let structure = plugin as? any PromptStructure, let backbone {
        try LearnedSize(of: structure, on: backbone, classCount: classCount)
      } else {
        nil
      }
    (learnedParameters, isClassSpecific) = (size?.parameters, size?.isClassSpecific ?? false)
  }

  var text: String {
    var lines = ["\(name)" + count]
    lines += TextColumns.wrapped(summary, indent: 2)
    if let paper { lines += TextColumns.wrapped(paper, indent: 2) }
    // As they are typed, with quotes where these are needed.
    let settings = options.map {
      PluginSpecification(name: name, options: [($0.name, $0.defaultValue)]).text.dropFirst(name.count + 1)
    }
    let width = settings.map(\.count).max() ?? 0
    for (option, setting) in zip(options, settings) {
      let blanks = String(repeating: " ", count: width - setting.count)
      lines += TextColumns.wrapped(
        "\(option.summary) [\(option.allowed)]", first: "    \(setting)\(blanks)  ", indent: width + 6)
    }
    return lines.joined(separator: "\n")
  }

  private var count: String {
    guard let learnedParameters else { return "" }
    let digits = String("\(learnedParameters)".reversed())
    let grouped = stride(from: 0, to: digits.count, by: 3).map { String(digits.dropFirst($0).prefix(3)) }
    return "  \(String(grouped.joined(separator: ",").reversed())) parameters"
      + (isClassSpecific ? " for \(classCount) classes" : "")
  }
}
