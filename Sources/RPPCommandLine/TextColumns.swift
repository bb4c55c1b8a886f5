import Basics

/// Text for a terminal of 100 columns.
enum TextColumns {
  /// Lines of cells in columns as wide as their widest cell, the first line underlined.
  static func text(_ lines: [[String]]) -> String {
    let lines = lines.map { $0.map(\.printable) }
    let widths = lines[0].indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
    let padded = lines.map { line in
      zip(line, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }.joined(separator: "  ")
    }
    let rule = widths.map { String(repeating: "─", count: $0) }.joined(separator: "  ")
    return ([padded[0], rule] + padded.dropFirst()).joined(separator: "\n")
  }

  /// Words in as many lines as they need.
  ///
  /// - Parameters:
  ///   - first: What stands before the words in the first line; blanks unless given.
  ///   - indent: The column at which the other lines begin.
  static func wrapped(_ text: String, first: String? = nil, indent: Int, width: Int = 98) -> [String] {
    let blanks = String(repeating: " ", count: indent)
    var lines = [first ?? blanks]
    var isLineEmpty = true
    for word in text.split(separator: " ") {
      if !isLineEmpty, lines[lines.count - 1].count + 1 + word.count > width {
        lines.append(blanks)
        isLineEmpty = true
      }
      lines[lines.count - 1] += (isLineEmpty ? "" : " ") + word
      isLineEmpty = false
    }
    return lines
  }
}
