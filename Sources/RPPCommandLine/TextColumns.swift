import Basics

/// Text for a terminal of 100 columns.
enum TextColumns {
  /// Lines of cells in columns as wide as their widest cell, the first line underlined. In columns of numbers these end below each
  /// other, with deviations and units behind them.
  static func text(_ lines: [[String]]) -> String {
    let lines = lines.map { $0.map(\.printable) }
    let columns = lines[0].indices.map { column in aligned(lines.map { $0[column] }) }
    let padded = lines.indices.map { line in
      columns.map { $0[line] }.joined(separator: "  ").replacing(/\ +$/, with: "")
    }
    let rule = columns.map { String(repeating: "─", count: $0[0].count) }.joined(separator: "  ")
    return ([padded[0], rule] + padded.dropFirst()).joined(separator: "\n")
  }

  /// A heading and cells, all of one width.
  private static func aligned(_ cells: [String]) -> [String] {
    func blanks(_ count: Int) -> String { String(repeating: " ", count: count) }
    var cells = cells
    let areNumbers = cells.dropFirst().allSatisfy { $0.isEmpty || isNumber($0) }
    if areNumbers {
      func tail(_ cell: String) -> Int { cell.drop { $0 != " " }.count }
      let longest = cells.dropFirst().map(tail).max() ?? 0
      for index in cells.indices.dropFirst() { cells[index] += blanks(longest - tail(cells[index])) }
    }
    let width = cells.map(\.count).max() ?? 0
    return cells.map { areNumbers ? blanks(width - $0.count) + $0 : $0 + blanks(width - $0.count) }
  }

  /// A number, perhaps with its deviation and a unit: "7", "44.3 ± 1.2", "12.5 %", "+0.2 points".
  private static func isNumber(_ cell: String) -> Bool {
    cell.wholeMatch(of: /[-+]?[0-9][0-9.,]*( ± [0-9.]+)?( [A-Za-z%]+)*/) != nil
  }

  /// The first sentences as a list, and the number of the others, which are on the page.
  static func list(_ sentences: [String], most: Int) -> [String] {
    let more = sentences.count - most
    return sentences.prefix(most).flatMap { wrapped($0, first: "- ", indent: 2) }
      + (more > 0 ? ["- \(more) more on the page"] : [])
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
