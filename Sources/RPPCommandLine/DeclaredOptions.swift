import ArgumentParser

/// What a configuration file may hold for an option.
enum OptionForm {
  /// One value.
  case value
  /// Terms, which a file may write as a list.
  case sum
  /// Several values, separated by commas on the command line.
  case list
  /// True or false.
  case flag
}

/// The options that a command declares, found as ArgumentParser finds them: by its property wrappers.
enum DeclaredOptions {
  /// The form of every option by its name without dashes.
  static func forms(of type: any ParsableArguments.Type) -> [String: OptionForm] {
    children(of: type.init()).reduce(into: [:]) { forms, child in
      if let option = child.value as? any DeclaredOption {
        forms[child.name] = Swift.type(of: option).form
      } else if let group = child.value as? any DeclaredGroup {
        forms.merge(Self.forms(of: Swift.type(of: group).content)) { $1 }
      }
    }
  }

  /// The options whose texts cannot be read, in the order of their declaration, with what follows their names in a message.
  static func mistakes(in parsed: any ParsableArguments) -> [(name: String, clause: String)] {
    children(of: parsed).flatMap { child -> [(name: String, clause: String)] in
      if let group = child.value as? any DeclaredGroup { return mistakes(in: group.parsed) }
      return (child.value as? any DeclaredOption)?.mistake.map { [(child.name, $0)] } ?? []
    }
  }

  /// The group of a type among those that a command declares; nil if it has none.
  static func group<Group: ParsableArguments>(_ type: Group.Type, in parsed: any ParsableArguments) -> Group? {
    children(of: parsed).lazy.compactMap { $0.value as? any DeclaredGroup }.compactMap { group in
      group.parsed as? Group ?? Self.group(type, in: group.parsed)
    }.first
  }

  private static func children(of arguments: any ParsableArguments) -> [(name: String, value: Any)] {
    Mirror(reflecting: arguments).children.compactMap { child in
      // A wrapped property `learningRate` is stored as `_learningRate` and given as `--learning-rate`.
      guard let label = child.label, label.hasPrefix("_") else { return nil }
      return (String(label.dropFirst()).hyphenated, child.value)
    }
  }
}

extension String {
  /// `learningRate` as `learning-rate`, as options are written.
  var hyphenated: String { replacing(/[A-Z]/) { "-" + $0.output.lowercased() } }
}

/// Several values of one option.
protocol DeclaredList {}

/// An option, or its value: what a file may hold for it, and what is wrong with what was given.
protocol DeclaredOption {
  static var form: OptionForm { get }
  var mistake: String? { get }
}

/// Properties declared elsewhere.
protocol DeclaredGroup {
  static var content: any ParsableArguments.Type { get }
  var parsed: any ParsableArguments { get }
}

extension Array: DeclaredList {}

/// An option that may be given several times; a file writes all of them as one list.
extension Array: DeclaredOption where Element: DeclaredOption {
  static var form: OptionForm { .list }
  var mistake: String? { lazy.compactMap(\.mistake).first }
}

extension Optional: DeclaredOption where Wrapped: DeclaredOption {
  static var form: OptionForm { Wrapped.form }
  var mistake: String? { self?.mistake }
}

extension Option: DeclaredOption {
  static var form: OptionForm { (Value.self as? any DeclaredOption.Type)?.form ?? .value }
  var mistake: String? { (wrappedValue as? any DeclaredOption)?.mistake }
}

extension Flag: DeclaredOption {
  static var form: OptionForm { .flag }
  var mistake: String? { nil }
}

extension OptionGroup: DeclaredGroup {
  static var content: any ParsableArguments.Type { Value.self }
  var parsed: any ParsableArguments { wrappedValue }
}
