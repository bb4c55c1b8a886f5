import Basics

/// Text for a terminal of 100 columns.
enum TextColumns {
  /// Lines of cells in columns as wide as their widest cell, the first line underlined. Columns of numbers end in one line.
  static func text(_ lines: [[String]]) -> String {
    let lines = lines.map { $0.map(\.printable) }
    let widths = lines[0].indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
    let areNumbers = widths.indices.map { column in
      lines.dropFirst().allSatisfy { $0[column].isEmpty || isNumber($0[column]) }
    }
    let padded = lines.map { line in
      let cells = line.indices.map { column in
        let blanks = String(repeating: " ", count: widths[column] - line[column].count)
        return areNumbers[column] ? blanks + line[column] : line[column] + blanks
      }
      return cells.joined(separator: "  ").replacing(/\ +$/, with: "")
    }
    let rule = widths.map { String(repeating: "─", count: $0) }.joined(separator: "  ")
    return ([padded[0], rule] + padded.dropFirst()).joined(separator: "\n")
  }

  /// A number, perhaps with its deviation and a unit: "7", "44.3 ± 1.2", "12.5 %", "+0.2 points".
  private static func isNumber(_ cell: String) -> Bool {
    cell.wholeMatch(of: /[-+]?[0-9][0-9.,]*( ± [0-9.]+)?( [A-Za-z%]+)*/) != nil
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
