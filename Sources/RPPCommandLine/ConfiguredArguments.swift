import ArgumentParser
import Basics

/// A command's arguments with the settings of its configuration file in front of them, as if they had been typed there.
struct ConfiguredArguments {
  /// What ArgumentParser reads.
  private(set) var arguments: [String]
  /// Of every setting that the file decides, where it stands there.
  private(set) var places: [String: String] = [:]
  /// What is wrong in the file.
  private(set) var mistakes: [String] = []
  /// The settings that are wrong there.
  private(set) var wrong: Set<String> = []

  /// - Throws: a usage ``Failure`` for a configuration file that cannot be read.
  init(_ arguments: [String], of root: any ParsableCommand.Type) throws {
    self.arguments = arguments
    var command = root
    var words = 0
    while words < arguments.count, let next = command.subcommand(arguments[words]) {
      command = next
      words += 1
    }
    command = command.configuration.defaultSubcommand ?? command
    var forms = DeclaredOptions.forms(of: command)
    let own = arguments[words...]
    guard forms.removeValue(forKey: Self.option) != nil, let path = Self.value(of: Self.option, in: own) else { return }
    let file = try ConfigurationFile(path, forms: forms)
    (mistakes, wrong) = (file.mistakes, file.wrong)
    let given = Self.given(in: own)
    var settings: [String] = []
    for (name, text) in file.texts where !given.contains(name) {
      places[name] = file.places[name]
      switch (forms[name], text) {
      case (.flag, "true"): settings.append("--\(name)")
      case (.flag, _): break
      default: settings.append("--\(name)=\(text)")
      }
    }
    self.arguments = arguments[..<words] + settings + own
  }

  private static let option = "config"

  /// The names of the options that were typed.
  private static func given(in arguments: ArraySlice<String>) -> Set<String> {
    Set(
      arguments.prefix { $0 != "--" }.filter { $0.hasPrefix("--") }.map { String($0.dropFirst(2).prefix { $0 != "=" }) }
    )
  }

  /// The last value of an option; nil if it was not typed, or without a value, which ArgumentParser reports.
  private static func value(of name: String, in arguments: ArraySlice<String>) -> String? {
    let arguments = arguments.prefix { $0 != "--" }
    let pairs = zip(arguments, arguments.dropFirst()).filter { $0.0 == "--\(name)" }.map { $0.1 }
    return pairs.last ?? arguments.last { $0.hasPrefix("--\(name)=") }.map { String($0.dropFirst(name.count + 3)) }
  }
}

extension ParsableCommand {
  fileprivate static func subcommand(_ name: String) -> (any ParsableCommand.Type)? {
    configuration.subcommands.first { $0.configuration.commandName == name }
  }
}
