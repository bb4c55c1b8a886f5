import Basics

/// The options of a plugin: a value whose initial state are the documented defaults.
public protocol PluginOptions: Sendable {
  /// The defaults.
  init()
  /// Every option.
  static var all: [PluginOption<Self>] { get }
}

/// The options of a plugin that has none.
public struct NoOptions: PluginOptions {
  /// The only value.
  public init() {}
  /// None.
  public static var all: [PluginOption<NoOptions>] { [] }
}

extension PluginOptions {
  /// The defaults, changed as a specification says.
  ///
  /// - Throws: a usage ``Failure`` that names every unknown option and every value that is not allowed.
  public init(_ specification: PluginSpecification) throws {
    self.init()
    var mistakes: [String] = []
    for (name, value) in specification.options {
      guard let option = Self.all.first(where: { $0.name == name }) else {
        mistakes.append(Self.unknown(name, of: specification.name))
        continue
      }
      if !option.write(&self, value) {
        mistakes.append("\(specification.name): \(name) is \(option.allowed), not \(Spelling.quoted(value))")
      }
    }
    guard mistakes.isEmpty else { throw Failure.usage(mistakes.joined(separator: "\n")) }
  }

  private static func unknown(_ name: String, of plugin: String) -> String {
    guard !Self.all.isEmpty else { return "\(plugin) has no options, so no \(Spelling.quoted(name))" }
    return "\(plugin): " + Spelling.unknown("option", name, known: Self.all.map(\.name))
  }

  /// All options with their values, by name; without shorthands.
  public var values: [(name: String, value: String)] {
    Self.all.filter { !$0.isShorthand }.map { ($0.name, $0.read(self)) }
  }
}
