import ArgumentParser
import Basics
import Datasets

/// What is wrong with the settings of a command, from the command line or a configuration file: all of it is said at once.
struct Settings {
  private let places: [String: String]
  private let wrong: Set<String>
  private var mistakes: [String]

  /// - Parameter arguments: What `command` was parsed from.
  init(of command: any ParsableArguments, from arguments: ConfiguredArguments) {
    (places, wrong) = (arguments.places, arguments.wrong)
    mistakes = arguments.mistakes
    for (name, clause) in DeclaredOptions.mistakes(in: command) { mistakes.append("\(self.name(name))\(clause)") }
  }

  /// How a setting is called in a message: by its option, or its place in the file.
  func name(_ option: String) -> String { places[option].map { "\($0): \(option)" } ?? "--\(option)" }

  /// Where a setting came from that was given.
  func source(of option: String) -> String { places[option] == nil ? "option" : "configuration file" }

  /// A text that must be given; nil if it was not, which is remembered.
  mutating func required(_ option: String, _ text: String?, example: String) -> String? {
    if let text, !text.isEmpty { return text }
    // What is wrong in the file is not missing.
    if !wrong.contains(option) { mistakes.append("--\(option) is missing, for example --\(option) \(example)") }
    return nil
  }

  /// What `body` makes of a setting, or nil if it is a mistake, which is remembered.
  mutating func attempt<Value>(_ option: String, _ body: () throws -> Value) throws -> Value? {
    do {
      return try body()
    } catch let failure as Failure where failure.kind == .usage {
      mistakes.append("\(name(option)): \(failure.description)")
      return nil
    } catch let mistake as SettingMistake {
      mistakes.append("\(name(option))\(mistake.clause)")
      return nil
    }
  }

  /// Remembers what is wrong with several settings together.
  mutating func mistake(_ text: String) { mistakes.append(text) }

  /// - Throws: a usage ``Failure`` of all mistakes so far, if there are any.
  func check() throws {
    guard mistakes.isEmpty else { throw Failure.usage(mistakes.joined(separator: "\n")) }
  }
}

/// A command that finds more mistakes than the options' own texts show, and wants all to be said together.
protocol SettledCommand: ParsableCommand {
  /// Runs; the values of settings may be used after ``Settings/check()``.
  mutating func run(_ settings: inout Settings) throws
}

extension RootCommand {
  /// ArgumentParser would take a mistyped command for an argument, and speak of the options behind it.
  private static func requireCommand(_ arguments: [String]) throws {
    var command: any ParsableCommand.Type = self
    for word in arguments {
      let known = command.configuration.subcommands
      guard !known.isEmpty, command.configuration.defaultSubcommand == nil, !word.hasPrefix("-"), word != "help" else {
        return
      }
      guard let next = known.first(where: { $0.configuration.commandName == word }) else {
        let names = known.compactMap { $0.configuration.commandName }
        throw Failure.usage(Spelling.unknown("command", word, known: names))
      }
      command = next
    }
  }

  /// Runs the command that arguments name, with the settings of its configuration file.
  static func run(_ arguments: [String]) throws {
    try requireCommand(arguments)
    let configured = try ConfiguredArguments(arguments, of: self)
    var command: any ParsableCommand
    do {
      command = try parseAsRoot(configured.arguments)
    } catch  where exitCode(for: error) != .success {
      // What is missing or unknown ends the parsing; the file's mistakes are said all the same.
      for mistake in configured.mistakes { Terminal.error(mistake) }
      throw error
    }
    var settings = Settings(of: command, from: configured)
    var tasks = CommandLineApp.tasks
    if let root = DeclaredOptions.group(DataRootOption.self, in: command)?.root, !root.isEmpty { tasks.root = root }
    let isKept = DeclaredOptions.group(CacheOptions.self, in: command)?.noCache == false
    tasks.checks = DeclaredOptions.group(DataOptions.self, in: command)?.checks(isKept: isKept)
    try CommandLineApp.$tasks.withValue(tasks) {
      if var settled = command as? any SettledCommand { return try settled.run(&settings) }
      try settings.check()
      try command.run()
    }
  }
}
