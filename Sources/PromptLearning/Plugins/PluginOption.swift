import Basics

/// One option of a plugin: its name, what it means, what is allowed, and how it is read from and written as text.
///
/// The command line, the configuration file, the run's record and the documentation all come from this one value.
public struct PluginOption<Options>: Sendable {
  /// The name, as in `contextLength=4`.
  public let name: String
  /// What it means, in a few words.
  public let summary: String
  /// What a value may be, in words ("a whole number from 1 to 64").
  public let allowed: String
  let read: @Sendable (Options) -> String
  /// False if the text is no allowed value.
  let write: @Sendable (inout Options, String) -> Bool

  /// A whole number within a range.
  public static func integer(
    _ name: String, _ path: WritableKeyPath<Options, Int> & Sendable, in range: ClosedRange<Int>, _ summary: String
  ) -> PluginOption {
    PluginOption(
      name: name, summary: summary, allowed: "a whole number from \(range.lowerBound) to \(range.upperBound)",
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
      name: name, summary: summary, allowed: "a number from \(range.lowerBound) to \(range.upperBound)",
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
      name: name, summary: summary, allowed: "true or false", read: { "\($0[keyPath: path])" },
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
      name: name, summary: summary, allowed: Choice.allCases.map(\.rawValue).joined(separator: ", "),
      read: { $0[keyPath: path].rawValue },
      write: { options, text in
        guard let value = Choice(rawValue: text) else { return false }
        options[keyPath: path] = value
        return true
      })
  }

  /// Any text.
  public static func text(
    _ name: String, _ path: WritableKeyPath<Options, String> & Sendable, _ summary: String
  ) -> PluginOption {
    PluginOption(
      name: name, summary: summary, allowed: "text", read: { $0[keyPath: path] },
      write: { options, text in
        options[keyPath: path] = text
        return true
      })
  }
}
