import Basics

/// A plugin as a user names it: `coop:contextLength=4,words="a photo of a"`.
public struct PluginSpecification: Equatable, Sendable {
  /// The plugin's name.
  public let name: String
  /// Options in the order given, values without their quotes.
  public let options: [(name: String, value: String)]

  /// A specification put together by hand.
  public init(name: String, options: [(name: String, value: String)] = []) {
    self.name = name
    self.options = options
  }

  /// Reads a specification.
  ///
  /// - Throws: a usage ``Failure`` that points at the place where the text goes wrong.
  public init(_ text: String) throws {
    let list = try Self.list(text)
    guard list.count == 1 else {
      throw Failure.usage("\"\(text)\" names \(list.count) plugins joined by +, but one is wanted")
    }
    self = list[0]
  }

  /// Reads specifications joined by `+`.
  public static func list(_ text: String) throws -> [PluginSpecification] {
    var scanner = PluginScanner(text)
    let result = try scanner.sum()
    guard scanner.isAtEnd else { throw scanner.mistake("expected a comma, a + or the end") }
    return result
  }

  /// The shortest text that reads as this.
  public var text: String {
    guard !options.isEmpty else { return name }
    return name + ":"
      + options.map { option in
        let scalars = option.value.unicodeScalars
        let isPlain = !scalars.isEmpty && !scalars.contains { "+,=\"\\ ".unicodeScalars.contains($0) }
        let value = scalars.map { $0 == "\\" || $0 == "\"" ? "\\\($0)" : "\($0)" }.joined()
        return "\(option.name)=" + (isPlain ? option.value : "\"\(value)\"")
      }.joined(separator: ",")
  }

  /// Whether two name the same plugin with the same options in the same order.
  public static func == (left: PluginSpecification, right: PluginSpecification) -> Bool {
    left.name == right.name && left.options.elementsEqual(right.options, by: ==)
  }
}
