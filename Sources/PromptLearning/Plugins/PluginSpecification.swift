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
    var scanner = Scanner(text)
    var result = [try scanner.specification()]
    while scanner.skip("+") { result.append(try scanner.specification()) }
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

  private struct Scanner {
    /// Each a single scalar: an accent after a quotation mark must not make another character of it.
    let text: [Character]
    var position = 0

    init(_ text: String) { self.text = text.unicodeScalars.map { Character($0) } }

    var isAtEnd: Bool { position >= text.count }

    mutating func skip(_ character: Character) -> Bool {
      guard !isAtEnd, text[position] == character else { return false }
      position += 1
      return true
    }

    mutating func specification() throws -> PluginSpecification {
      let name = try word("the name of a plugin")
      var options: [(name: String, value: String)] = []
      guard skip(":") else { return PluginSpecification(name: name) }
      repeat {
        let start = position
        let option = try word("the name of an option")
        guard skip("=") else { throw mistake("expected = and a value after \(option)") }
        guard !options.contains(where: { $0.name == option }) else {
          position = start
          throw mistake("\(option) is given twice")
        }
        options.append((option, try value(of: option)))
      } while skip(",")
      return PluginSpecification(name: name, options: options)
    }

    mutating func word(_ what: String) throws -> String {
      let start = position
      while !isAtEnd, text[position].isLetter || text[position].isNumber || "-_.".contains(text[position]) {
        position += 1
      }
      guard position > start else { throw mistake("expected \(what)") }
      return String(text[start..<position])
    }

    mutating func value(of option: String) throws -> String {
      guard skip("\"") else {
        let start = position
        while !isAtEnd, !"+,\"".contains(text[position]) { position += 1 }
        guard position > start else { throw mistake("expected a value for \(option)") }
        return String(text[start..<position])
      }
      let start = position - 1
      var value = ""
      while !isAtEnd {
        let character = text[position]
        position += 1
        if character == "\"" { return value }
        if character == "\\", !isAtEnd {
          value.append(text[position])
          position += 1
        } else {
          value.append(character)
        }
      }
      position = start
      throw mistake("the quote that begins here does not end")
    }

    func mistake(_ what: String) -> Failure {
      let before = String(text[..<position]).printable
      return .usage("\(what) at the ^:\n  \(String(text).printable)\n  \(String(repeating: " ", count: before.count))^")
    }
  }
}
