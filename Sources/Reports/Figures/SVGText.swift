import Basics
import Foundation

/// gnuplot's SVG made fit for a file of its own, and for a page with others.
enum SVGText {
  /// As a file: black text where gnuplot knows no better, a white ground, what it shows as its title.
  static func file(_ svg: String, alternative: String) -> String {
    cleaned(svg).replacing(/<title>[^<]*<\/title>/, maxReplacements: 1) { _ in
      "<title>\(HTMLText.escaped(alternative))</title>"
    }
    .replacing("fill=\"none\"/>\n<defs>", with: "fill=\"#ffffff\"/>\n<defs>")
  }

  /// Within a page: colours are the page's variables, names of parts are its own, and it has a text for those who do not see.
  static func inline(_ svg: String, name: String, alternative: String) -> String {
    var text = cleaned(svg)
    if let start = text.range(of: "<svg") { text.removeSubrange(..<start.lowerBound) }
    text = text.replacing(/<title>[^<]*<\/title>/, maxReplacements: 1) { _ in "" }
    for (colour, variable) in Palette.variables {
      let parts = (0..<3).map { part -> Int in
        let start = colour.index(colour.startIndex, offsetBy: 1 + 2 * part)
        return Int(colour[start..<colour.index(start, offsetBy: 2)], radix: 16)!
      }
      let spaced = parts.map { String(format: "%3d", $0) }.joined(separator: ", ")
      text = text.replacing("rgb(\(spaced))", with: "var(--\(variable))")
        .replacing("rgb(\(parts.map(String.init).joined(separator: ",")))", with: "var(--\(variable))")
    }
    // Open markers hide what is behind them.
    text = text.replacing("color='white'", with: "color='var(--paper)'")
    text = text.replacing(/(id=['"]|xlink:href=['"]#|url\(#)/) { match in "\(match.output.1)\(name)-" }
      .replacing("xlink:href", with: "href")
      .replacing("font-family=\"sans-serif\"", with: "")
    return text.replacing(/<svg\s/, maxReplacements: 1) { _ in
      "<svg role=\"img\" aria-label=\"\(HTMLText.escaped(alternative))\" "
    }
  }

  /// Without the names of plots, which would show as hints, and gnuplot's mark.
  private static func cleaned(_ svg: String) -> String {
    svg.replacing(/<desc>[^<]*<\/desc>/) { _ in "" }
      .replacing(/(<g id="[^"]*"\s*>)<title>[^<]*<\/title>/) { match in String(match.output.1) }
      .replacing("fill=\"black\"", with: "fill=\"rgb(26,26,26)\"")
  }
}
