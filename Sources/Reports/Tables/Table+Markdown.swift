import Basics

extension Table {
  /// The table in Markdown (GitHub's).
  package var markdown: String {
    let header = "| " + columns.map { Self.escaped($0.title) }.joined(separator: " | ") + " |"
    let rule = "|" + columns.map { $0.isNumber ? "---:|" : "---|" }.joined()
    let lines = rows.map { row in
      "| "
        + row.map { field in
          let text = Self.escaped(field.text)
          return (field.isBest ? "**\(text)**" : text)
            + (field.interval.isEmpty ? "" : " \(field.interval)")
        }.joined(separator: " | ") + " |"
    }
    return "### \(Self.escaped(title))\n\n" + ([header, rule] + lines).joined(separator: "\n")
      + "\n\n\(Self.escaped(caption))\n"
  }

  /// Names are other people's text: nothing of it may become markup or end a cell or a line.
  package static func escaped(_ text: String) -> String {
    text.printable.unicodeScalars.reduce(into: "") { text, scalar in
      if "\\|`*_<>[]#&~".unicodeScalars.contains(scalar) { text += "\\" }
      text.unicodeScalars.append(scalar)
    }
  }
}
