import Basics

extension Table {
  /// The table in LaTeX, for the package booktabs.
  package var tex: String {
    let layout = columns.map { $0.isNumber ? "r" : "l" }.joined()
    func line(_ fields: [String]) -> String { fields.joined(separator: " & ") + " \\\\" }
    let body = rows.map { row in
      line(
        row.map { field in
          let text = Self.texEscaped(field.text)
          return (field.isBest ? "\\textbf{\(text)}" : text)
            + (field.interval.isEmpty ? "" : " {\\footnotesize \(Self.texEscaped(field.interval))}")
        })
    }
    return """
      \\begin{table}
      \\centering
      \\caption{\(Self.texEscaped(title + ". " + caption))}
      \\begin{tabular}{\(layout)}
      \\toprule
      \(line(columns.map { Self.texEscaped($0.title) }))
      \\midrule
      \(body.joined(separator: "\n"))
      \\bottomrule
      \\end{tabular}
      \\end{table}

      """
  }

  /// Text that LaTeX prints as it is. A row must not begin with `[`, which `\\` would take for its option.
  package static func texEscaped(_ text: String) -> String {
    text.printable.unicodeScalars.reduce(into: "") { text, scalar in
      switch scalar {
      case "\\": text += "\\textbackslash{}"
      case "&", "%", "$", "#", "_", "{", "}": text += "\\\(scalar)"
      case "~": text += "\\textasciitilde{}"
      case "^": text += "\\textasciicircum{}"
      case "<": text += "\\textless{}"
      case ">": text += "\\textgreater{}"
      case "|": text += "\\textbar{}"
      case "\"": text += "\\textquotedbl{}"
      case "[": text += "{[}"
      case "]": text += "{]}"
      case "−": text += "$-$"
      case "–": text += "--"
      default: text.unicodeScalars.append(scalar)
      }
    }
  }
}
