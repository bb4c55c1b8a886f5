import Basics
import Foundation

/// A gnuplot script that is being written: the house's axes, margins counted in pixels, text as it is.
package struct PlotScript {
  /// The width of all pictures, small enough to be read on a phone without zooming.
  static let width = 440.0
  static let fontSize = 13.0

  /// The first line of every script, by which an old one is known.
  package static let mark = "# A figure of RPP's report."

  /// How much an area hides of what lies below it.
  static let areaOpacity = 0.45

  let height: Double
  private(set) var lines: [String]

  /// - Parameters:
  ///   - height: In pixels.
  ///   - left, right, top, bottom: The margins in pixels.
  init(title: String, height: Double, left: Double, right: Double = 16, top: Double = 34, bottom: Double) {
    self.height = height
    let width = Self.width
    lines = [
      Self.mark,
      "set terminal svg size \(Int(width)),\(Int(height)) dynamic noenhanced font 'sans-serif,\(Int(Self.fontSize))'",
      "set encoding utf8",
      "set lmargin at screen \(Self.number(left / width))",
      "set rmargin at screen \(Self.number(1 - right / width))",
      "set tmargin at screen \(Self.number(1 - top / height))",
      "set bmargin at screen \(Self.number(bottom / height))",
      "set border 3 lc rgb '\(Palette.ink)'",
      "set tics nomirror textcolor rgb '\(Palette.ink)'",
      "unset key",
      "set style fill transparent solid 0.15 noborder",
    ]
    label(title, x: 10, y: height - 14)
  }

  mutating func add(_ line: String) { lines.append(line) }

  /// Text at a place in pixels from the lower left corner.
  mutating func label(_ text: String, x: Double, y: Double, alignment: String = "left", colour: String = Palette.ink) {
    lines.append(
      "set label \(Self.quoted(text)) at screen \(Self.number(x / Self.width)), screen \(Self.number(y / height)) "
        + "\(alignment) textcolor rgb '\(colour)'")
  }

  /// What a key explains.
  struct KeyEntry {
    let label: String
    let colour: String
    /// gnuplot's number of the marker; nil for a line without.
    let marker: Int?
    /// gnuplot's dash type; nil for a marker alone.
    let dash: String?
    /// Whether it is an area.
    var isArea = false
  }

  /// How many pixels a key of these labels needs.
  static func keyHeight(_ labels: [String]) -> Double { keyRowHeight * Double(keyRows(labels)) + 8 }

  private static let keyRowHeight = 20.0
  private static func keyColumns(_ labels: [String]) -> Int { labels.allSatisfy { textWidth($0) < 150 } ? 2 : 1 }
  private static func keyRows(_ labels: [String]) -> Int {
    (labels.count + keyColumns(labels) - 1) / keyColumns(labels)
  }

  /// A key at the lower edge, column by column. gnuplot's own leaves out entries where it thinks that there is no room.
  mutating func key(_ entries: [KeyEntry]) {
    let labels = entries.map(\.label)
    let (columns, rows) = (Self.keyColumns(labels), Self.keyRows(labels))
    for (index, entry) in entries.enumerated() {
      let x = 12 + Double(index / rows) * Self.width / 2
      let y = Self.keyRowHeight * (Double(rows - 1 - index % rows) + 0.5) + 4
      let (left, right, at) = (
        Self.number(x / Self.width), Self.number((x + 30) / Self.width), Self.number((x + 15) / Self.width)
      )
      let level = Self.number(y / height)
      if entry.isArea {
        lines.append(
          "set object rectangle from screen \(left), screen \(Self.number((y - 6) / height)) to screen \(right), "
            + "screen \(Self.number((y + 6) / height)) fc rgb '\(entry.colour)' fs transparent solid \(Self.areaOpacity) noborder"
        )
      }
      if let dash = entry.dash {
        lines.append(
          "set arrow from screen \(left), screen \(level) to screen \(right), screen \(level) nohead "
            // gnuplot draws neighbouring lines of one colour and width as one, with the dashes of the first.
            + "lc rgb '\(entry.colour)' lw \(index.isMultiple(of: 2) ? "2" : "2.01") dt \(dash)")
      }
      if let marker = entry.marker {
        lines.append(
          "set label '' at screen \(at), screen \(level) point pt \(marker) ps 0.9 lc rgb '\(entry.colour)'")
      }
      label(Self.fitted(entry.label, into: Self.width / Double(columns) - 52), x: x + 38, y: y)
    }
  }

  /// Numbers that the plots read.
  mutating func data(_ name: String, _ rows: [[Double]]) {
    lines.append("$\(name) << EOD")
    lines += rows.map { $0.map(Self.number).joined(separator: " ") }
    lines.append("EOD")
  }

  var text: String { lines.joined(separator: "\n") + "\n" }

  /// A string as gnuplot reads it: in single quotes nothing has a meaning but the quote itself, which is written twice.
  /// Line breaks, which would end the command, are made visible.
  package static func quoted(_ text: String) -> String { "'\(text.printable.replacing("'", with: "''"))'" }

  /// The label of a tick, in which gnuplot would take `%` for the beginning of a format.
  package static func tick(_ text: String) -> String { quoted(text.replacing("%", with: "%%")) }

  static func number(_ value: Double) -> String { value.isFinite ? String(format: "%.6g", value) : "NaN" }

  /// About how wide a text is, in pixels, in any sans-serif font.
  static func textWidth(_ text: String) -> Double {
    text.printable.reduce(0) { width, character in
      let isNarrow = "iljtfI.,:;|'!()[] -".contains(character)
      let isWide = "mwMW@%—…".contains(character) || (character.unicodeScalars.first?.value ?? 0) > 0x2E80
      return width + fontSize * (isWide ? 1 : isNarrow ? 0.4 : 0.62)
    }
  }

  /// A text that fits into so many pixels, the middle left out where it does not.
  static func fitted(_ text: String, into width: Double) -> String {
    var limit = text.count
    var fitted = text
    while textWidth(fitted) > width, limit > 4 {
      limit -= 1
      fitted = Labels.cut(text, to: limit)
    }
    return fitted
  }

  /// Ends and step of a nice axis that holds all values: a step of 1, 2 or 5 times a power of ten.
  static func axis(_ values: [Double], includes zero: Bool = false, ticks: Int = 5) -> (
    low: Double, high: Double, step: Double
  ) {
    let finite = values.filter(\.isFinite) + (zero ? [0] : [])
    var (low, high) = (finite.min() ?? 0, finite.max() ?? 1)
    if high - low < 1e-9 { (low, high) = (low - 0.5, high + 0.5) }
    let raw = (high - low) / Double(ticks)
    let power = pow(10, floor(log10(raw)))
    let step = [1, 2, 5, 10].first { $0 * power >= raw * 0.999 }! * power
    return (floor(low / step + 1e-9) * step, ceil(high / step - 1e-9) * step, step)
  }
}
