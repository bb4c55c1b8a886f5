/// Lines of cells in columns as wide as their widest cell, the first line underlined.
enum TextColumns {
  static func text(_ lines: [[String]]) -> String {
    let widths = lines[0].indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
    let padded = lines.map { line in
      zip(line, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }.joined(separator: "  ")
    }
    let rule = widths.map { String(repeating: "─", count: $0) }.joined(separator: "  ")
    return ([padded[0], rule] + padded.dropFirst()).joined(separator: "\n")
  }
}
