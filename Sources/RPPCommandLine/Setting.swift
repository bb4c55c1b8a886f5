import Basics
import Datasets
import Foundation
import PromptLearning
import Training

/// What an option was given as, or what is wrong with it. Parsing goes on after a mistake, so that all mistakes of a command are
/// named together, by ``Settings``.
///
///     @Option(help: "Passes over the training images.", transform: Setting.number(RunConfiguration.countLimit))
///     var epochs: Setting<Int>?
struct Setting<Value: Sendable>: Sendable {
  /// What was given.
  let text: String
  private let content: Result<Value, SettingMistake>

  private init(_ text: String, _ content: Result<Value, SettingMistake>) { (self.text, self.content) = (text, content) }

  /// The value, of a setting that ``Settings/check()`` let pass.
  var value: Value {
    switch content {
    case .success(let value): value
    case .failure(let mistake): fatalError("a setting is used before it is checked: it \(mistake.clause)")
    }
  }

  /// The value, or nil for a mistake, which ``Settings/check()`` reports.
  var known: Value? { try? content.get() }

  /// Reads what can go wrong in one way.
  ///
  /// - Parameter allowed: What completes "--epochs is …".
  static func reading(
    _ allowed: String, _ read: @Sendable @escaping (String) -> Value?
  ) -> @Sendable (String) -> Setting {
    { text in
      let mistake = text.isEmpty ? .empty : SettingMistake(" is \(allowed), not \(Spelling.quoted(text))")
      return Setting(text, read(text).map { .success($0) } ?? .failure(mistake))
    }
  }

  /// Reads what says itself what is wrong, by a ``Failure`` or a ``SettingMistake``.
  static func attempting(_ read: @Sendable @escaping (String) throws -> Value) -> @Sendable (String) throws -> Setting {
    { text in
      do {
        if text.isEmpty { throw SettingMistake.empty }
        return Setting(text, .success(try read(text)))
      } catch let failure as Failure {
        return Setting(text, .failure(SettingMistake(": \(failure.description)")))
      } catch let mistake as SettingMistake {
        return Setting(text, .failure(mistake))
      }
    }
  }
}

/// What is wrong with a setting, as it follows the setting's name: " is base or new, not all", ": there is no plugin x".
struct SettingMistake: Error {
  let clause: String

  init(_ clause: String) { self.clause = clause }

  /// Nothing, as of a variable of a shell that is not set.
  static let empty = SettingMistake(" is missing a value")

  /// A list where one value stands.
  static func list(of count: Int, for option: String) -> SettingMistake {
    let isCompared = ["task", "structure", "supervision", "seed"].contains(option)
    return SettingMistake(
      " is one \(isCompared ? option : "value"), not a list of \(count)"
        + (option == "supervision" ? "; its terms are joined by +" : "")
        + (isCompared ? "; \(Terminal.program) compare takes lists" : ""))
  }
}

// MARK: Kinds of values

extension Setting where Value: LosslessStringConvertible & Comparable {
  /// A number within a range.
  static func number(_ limit: Limit<Value>) -> @Sendable (String) -> Setting {
    reading(limit.words) { Value($0).flatMap { limit.range.contains($0) ? $0 : nil } }
  }
}

extension Setting where Value: RawRepresentable<String> & CaseIterable {
  /// One of the cases of an enumeration.
  static var choice: @Sendable (String) -> Setting {
    let words = Value.allCases.map(\.rawValue)
    return reading(words.dropLast().joined(separator: ", ") + " or " + (words.last ?? "")) { Value(rawValue: $0) }
  }
}

extension Setting<Shots> {
  /// Training images of each class, or all.
  static var shots: @Sendable (String) throws -> Setting {
    attempting { text in
      let count = try SettingCounts.readOrAll(text, RunConfiguration.countLimit) {
        SettingMistake(" is \($0), not \(Spelling.quoted(text))")
      }
      return count.map(Shots.perClass) ?? .all
    }
  }
}

extension Setting<UInt64> {
  /// The seed of one run.
  static var seed: @Sendable (String) throws -> Setting {
    attempting { text in
      if let seed = UInt64(text) { return seed }
      if let list = try? NumberList(text), list.numbers.count > 1 {
        throw SettingMistake.list(of: list.numbers.count, for: "seed")
      }
      throw SettingMistake(" is a whole number from 0, not \(Spelling.quoted(text))")
    }
  }
}

extension Setting<[UInt64]> {
  /// Several numbers, such as the seeds `1-3,7`.
  static var numbers: @Sendable (String) throws -> Setting { attempting { try NumberList($0).numbers } }
}

extension Setting<[String]> {
  /// Several names of tasks, separated by commas; ``Datasets/TaskRegistry`` knows where a name ends.
  static var tasks: @Sendable (String) throws -> Setting {
    attempting { text in
      let names = CommandLineApp.tasks.names(inList: text)
      guard names.allSatisfy({ $0.contains { !", ".contains($0) } }) else {
        throw SettingMistake(" names no task, for example world:shapes@sketch")
      }
      return names
    }
  }

  /// Several structures, separated by commas, as texts that name one each.
  static var structures: @Sendable (String) throws -> Setting {
    plugins { _ = try CommandLineApp.registry.structure($0) }
  }

  /// Several supervisions, separated by commas, as texts that name one each.
  static var supervisions: @Sendable (String) throws -> Setting {
    plugins { try CommandLineApp.registry.supervision($0).requireTeachers() }
  }

  private static func plugins(_ check: @Sendable @escaping (String) throws -> Void)
    -> @Sendable (String) throws -> Setting
  {
    attempting { text in
      let elements = try PluginList(text).elements
      var mistakes: [String] = []
      for element in elements {
        do {
          try check(element)
        } catch let failure as Failure {
          mistakes.append(failure.description)
        }
      }
      guard mistakes.isEmpty else { throw Failure.usage(mistakes.joined(separator: "; ")) }
      return elements
    }
  }

  /// Several baselines, separated by commas, as texts that name one each.
  static var baselines: @Sendable (String) throws -> Setting {
    plugins { _ = try CommandLineApp.studies.baseline(named: $0) }
  }

  /// Several texts, separated by commas, none of them empty and none twice.
  static var texts: @Sendable (String) throws -> Setting {
    attempting { list in
      let texts = list.split(separator: ",", omittingEmptySubsequences: false).map {
        $0.trimmingCharacters(in: .whitespaces)
      }
      if texts.contains("") { throw SettingMistake(" has an empty element in \(Spelling.quoted(list))") }
      guard Set(texts).count == texts.count else {
        throw SettingMistake(" has an element twice in \(Spelling.quoted(list))")
      }
      return texts
    }
  }
}

extension Setting<any PromptStructure> {
  /// One structure.
  static var structure: @Sendable (String) throws -> Setting {
    attempting { text in
      let registry = CommandLineApp.registry
      try requireOne("structure", text, known: registry.structures.map { $0.name })
      return try registry.structure(text)
    }
  }
}

extension Setting<Supervision> {
  /// One supervision, the sum of its terms.
  static var supervision: @Sendable (String) throws -> Setting {
    attempting { text in
      let registry = CommandLineApp.registry
      try requireOne("supervision", text, known: registry.supervisions.map { $0.name })
      let supervision = try registry.supervision(text)
      try supervision.requireTeachers()
      return supervision
    }
  }
}

extension Setting {
  /// Refuses a list of plugins that there are; any other text is for those to judge who read one plugin.
  private static func requireOne(_ what: String, _ text: String, known: [String]) throws {
    guard let elements = try? PluginList(text).elements, elements.count > 1,
      let plugins = try? elements.flatMap(PluginSpecification.list), plugins.allSatisfy({ known.contains($0.name) })
    else { return }
    throw SettingMistake.list(of: elements.count, for: what)
  }
}

/// Numbers of images or epochs, as `1,2,4-8`.
enum SettingCounts {
  /// - Throws: a usage ``Failure`` or ``SettingMistake``.
  @Sendable static func read(_ text: String) throws -> [Int] {
    let limit = TrainingRecipe.countLimit
    return try NumberList(text).numbers.map { number in
      guard let count = Int(exactly: number), limit.range.contains(count) else {
        throw SettingMistake(" has \(number), and each is \(limit.words)")
      }
      return count
    }
  }

  /// One number, or nil for `all`.
  ///
  /// - Throws: What `mistake` makes of what is allowed, for a text that says neither.
  static func readOrAll(_ text: String, _ limit: Limit<Int>, _ mistake: (String) -> SettingMistake) throws -> Int? {
    if text == "all" { return nil }
    guard let count = Int(text), limit.range.contains(count) else { throw mistake("\(limit.words), or all") }
    return count
  }

  /// Numbers, or `all`.
  ///
  /// - Throws: as ``read(_:)``.
  @Sendable static func readShots(_ text: String) throws -> [Int?] {
    guard text != "all" else { return [nil] }
    do {
      return try read(text)
    } catch let mistake as SettingMistake {
      throw SettingMistake("\(mistake.clause), or the word all instead of numbers")
    }
  }
}

// MARK: What declared options are asked

extension Setting: DeclaredOption {
  static var form: OptionForm {
    Value.self == Supervision.self ? .sum : Value.self is any DeclaredList.Type ? .list : .value
  }

  var mistake: String? {
    guard case .failure(let mistake) = content else { return nil }
    return mistake.clause
  }
}
