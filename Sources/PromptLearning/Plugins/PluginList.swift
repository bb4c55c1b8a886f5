import Basics

/// Plugins, or sums of plugins, to be compared: `coop:contextLength=4,classTokenPosition=front,maple` are two structures,
/// `hard-label,hard-label+soft-label-kd:weight=1` are two supervisions.
///
/// A comma ends an element unless an option, a name with `=` behind it, follows; quotes protect commas, as in
/// `zero-shot:template="a photo, of a {}",coop`. Blanks may follow a comma.
public struct PluginList: Equatable, Sendable {
  /// What stands between the commas, each as ``PluginRegistry/structure(_:)`` or ``PluginRegistry/supervision(_:)`` takes it.
  public let elements: [String]

  /// Reads a list of one element or more.
  ///
  /// - Throws: a usage ``Failure`` that points at the place where the text goes wrong.
  public init(_ text: String) throws {
    var scanner = PluginScanner(text)
    var elements: [String] = []
    repeat {
      let start = scanner.position
      let sum = try scanner.sum(isInList: true)
      if sum[sum.count - 1].options.isEmpty, scanner.isOptionAfterComma {
        throw scanner.mistake("expected a colon before the options of \(sum[sum.count - 1].name)")
      }
      elements.append(String(scanner.text[start..<scanner.position]))
    } while scanner.skipComma()
    guard scanner.isAtEnd else { throw scanner.mistake("expected a comma, a + or the end") }
    self.elements = elements
  }
}
