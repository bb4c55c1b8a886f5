import Basics

/// One option of a plugin: its name, what it means, what is allowed, and how it is read from and written as text.
///
/// The command line, the configuration file, the run's record and the documentation all come from this one value.
public struct PluginOption<Options>: Sendable {
  /// The name, as in `contextLength=4`.
  public let name: String
  /// What it means, in a few words.
  public let summary: String
  /// What kind of value it takes.
  public let type: OptionType
  /// What a value may be, in words ("a whole number from 1 to 64").
  public let allowed: String
  /// Whether it only sets other options, which records name in its place.
  public let isShorthand: Bool
  let read: @Sendable (Options) -> String
  /// False if the text is no allowed value.
  let write: @Sendable (inout Options, String) -> Bool

  private init(
    name: String, summary: String, type: OptionType, allowed: String, isShorthand: Bool = false,
    read: @escaping @Sendable (Options) -> String, write: @escaping @Sendable (inout Options, String) -> Bool
  ) {
    self.name = name
    self.summary = summary
    self.type = type
    self.allowed = allowed
    self.isShorthand = isShorthand
    self.read = read
    self.write = write
  }

  /// One name that sets two options of the same kind at once (`depth` for those of both encoders).
  public static func shorthand(
    _ name: String, for first: PluginOption, and second: PluginOption
  ) -> PluginOption {
    PluginOption(
      name: name, summary: "sets \(first.name) and \(second.name)", type: first.type, allowed: first.allowed,
      isShorthand: true,
      read: { first.read($0) == second.read($0) ? first.read($0) : "\(first.read($0)) and \(second.read($0))" },
      write: { options, text in first.write(&options, text) && second.write(&options, text) })
  }

  /// A whole number within a range, or `auto` for what the model suggests.
  public static func integerOrAuto(
    _ name: String, _ path: WritableKeyPath<Options, Int?> & Sendable, in range: ClosedRange<Int>, _ summary: String
  ) -> PluginOption {
    PluginOption(
      name: name, summary: summary, type: .integer,
      allowed: "auto or a whole number from \(range.lowerBound) to \(range.upperBound)",
      read: { $0[keyPath: path].map { "\($0)" } ?? "auto" },
      write: { options, text in
        let value = Int(text)
        guard text == "auto" || value.map(range.contains) == true else { return false }
        options[keyPath: path] = value
        return true
      })
  }

  /// A whole number within a range.
  public static func integer(
    _ name: String, _ path: WritableKeyPath<Options, Int> & Sendable, in range: ClosedRange<Int>, _ summary: String
  ) -> PluginOption {
    PluginOption(
      name: name, summary: summary, type: .integer,
      allowed: "a whole number from \(range.lowerBound) to \(range.upperBound)",
      read: { "\($0[keyPath: path])" },
      write: { options, text in
        guard let value = Int(text), range.contains(value) else { return false }
        options[keyPath: path] = value
        return true
      })
  }

  /// A number within a range.
  public static func number(
    _ name: String, _ path: WritableKeyPath<Options, Double> & Sendable, in range: ClosedRange<Double>,
    _ summary: String
  ) -> PluginOption {
    PluginOption(
      name: name, summary: summary, type: .number,
      allowed: "a number from \(range.lowerBound) to \(range.upperBound)",
      read: { "\($0[keyPath: path])" },
      write: { options, text in
        guard let value = Double(text), range.contains(value) else { return false }
        options[keyPath: path] = value
        return true
      })
  }

  /// Yes or no.
  public static func flag(
    _ name: String, _ path: WritableKeyPath<Options, Bool> & Sendable, _ summary: String
  ) -> PluginOption {
    PluginOption(
      name: name, summary: summary, type: .flag, allowed: "true or false", read: { "\($0[keyPath: path])" },
      write: { options, text in
        guard let value = Bool(text) else { return false }
        options[keyPath: path] = value
        return true
      })
  }

  /// One of the cases of an enumeration.
  public static func choice<Choice: RawRepresentable<String> & CaseIterable & Sendable>(
    _ name: String, _ path: WritableKeyPath<Options, Choice> & Sendable, _ summary: String
  ) -> PluginOption {
    PluginOption(
      name: name, summary: summary, type: .choice, allowed: Choice.allCases.map(\.rawValue).joined(separator: ", "),
      read: { $0[keyPath: path].rawValue },
      write: { options, text in
        guard let value = Choice(rawValue: text) else { return false }
        options[keyPath: path] = value
        return true
      })
  }

  /// Any of the letters that are the cases of an enumeration, each at most once and in any order (`qk`, `kq`), or `none`. Records
  /// name them in the enumeration's order.
  public static func letters<Letter: RawRepresentable<String> & CaseIterable & Hashable & Sendable>(
    _ name: String, _ path: WritableKeyPath<Options, Set<Letter>> & Sendable, _ summary: String
  ) -> PluginOption {
    PluginOption(
      name: name, summary: summary, type: .letters,
      allowed: "one or more of the letters \(Letter.allCases.map(\.rawValue).joined(separator: ", ")), or none",
      read: { options in
        let letters = Letter.allCases.filter(options[keyPath: path].contains).map(\.rawValue)
        return letters.isEmpty ? "none" : letters.joined()
      },
      write: { options, text in
        let letters = text == "none" ? [] : Set(text.compactMap { Letter(rawValue: String($0)) })
        guard text == "none" || !text.isEmpty && letters.count == text.count else { return false }
        options[keyPath: path] = letters
        return true
      })
  }

  /// Any text.
  public static func text(
    _ name: String, _ path: WritableKeyPath<Options, String> & Sendable, _ summary: String
  ) -> PluginOption {
    PluginOption(
      name: name, summary: summary, type: .text, allowed: "text", read: { $0[keyPath: path] },
      write: { options, text in
        options[keyPath: path] = text
        return true
      })
  }

  /// The same option of a value that the options are part of.
  func embedded<Outer>(at path: WritableKeyPath<Outer, Options> & Sendable) -> PluginOption<Outer> {
    PluginOption<Outer>(
      name: name, summary: summary, type: type, allowed: allowed, isShorthand: isShorthand,
      read: { [read] in read($0[keyPath: path]) }, write: { [write] in write(&$0[keyPath: path], $1) })
  }
}

/// The kinds of value that options take.
public enum OptionType: String, Codable, Sendable {
  /// A whole number, or `auto` where the option allows it.
  case integer
  /// A number.
  case number
  /// `true` or `false`.
  case flag
  /// One of a few words.
  case choice
  /// Some of a few letters, or `none`.
  case letters
  /// Any text.
  case text
}
