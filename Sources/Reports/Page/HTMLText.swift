import Basics
import Mustache

/// Text for HTML, in elements and in quoted attributes.
///
/// The package's own escaping goes by characters as Swift counts them, and so lets a quote through that a combining mark
/// follows; names are other people's text.
package struct HTMLText: MustacheContentType {
  /// The pragma in the templates.
  package static let name = "NAMES-ESCAPED"

  package func escapeText(_ text: String) -> String { Self.escaped(text) }

  package static func escaped(_ text: String) -> String {
    text.printable.unicodeScalars.reduce(into: "") { text, scalar in
      switch scalar {
      case "&": text += "&amp;"
      case "<": text += "&lt;"
      case ">": text += "&gt;"
      case "\"": text += "&quot;"
      case "'": text += "&#39;"
      default: text.unicodeScalars.append(scalar)
      }
    }
  }
}
