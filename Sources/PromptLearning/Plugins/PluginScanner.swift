import Basics

/// Reads the texts of ``PluginSpecification`` and ``PluginList`` from left to right.
struct PluginScanner {
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

  /// Skips a comma and the blanks behind it.
  mutating func skipComma() -> Bool {
    guard skip(",") else { return false }
    while skip(" ") {}
    return true
  }

  /// Specifications joined by `+`.
  ///
  /// - Parameter isInList: Whether a comma may also end the sum.
  mutating func sum(isInList: Bool = false) throws -> [PluginSpecification] {
    var result = [try specification(isInList: isInList)]
    while skip("+") { result.append(try specification(isInList: isInList)) }
    return result
  }

  private mutating func specification(isInList: Bool) throws -> PluginSpecification {
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
    } while (!isInList || isOptionAfterComma) && skipComma()
    return PluginSpecification(name: name, options: options)
  }

  /// Whether what follows the comma here is an option of the plugin before it: a name with `=` behind it.
  var isOptionAfterComma: Bool {
    var ahead = self
    return ahead.skipComma() && (try? ahead.word("")) != nil && ahead.skip("=")
  }

  private mutating func word(_ what: String) throws -> String {
    let start = position
    while !isAtEnd, text[position].isLetter || text[position].isNumber || "-_.".contains(text[position]) {
      position += 1
    }
    guard position > start else { throw mistake("expected \(what)") }
    return String(text[start..<position])
  }

  private mutating func value(of option: String) throws -> String {
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
