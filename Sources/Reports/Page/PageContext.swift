/// What the templates of the page are given of figures, tables and lists, for every report.
enum PageContext {
  /// The figures that were drawn, those that are shown only when asked for, and why others are left out.
  static func figures(
    _ figures: [Figure.Result], drawings: [String: String], command: String, notes: [String]
  ) -> [String: Any] {
    let drawn = figures.compactMap { result -> Figure? in
      guard case .figure(let figure) = result, figure.panels.contains(where: { drawings[$0.name] != nil }) else {
        return nil
      }
      return figure
    }
    let leftOut = figures.compactMap { result -> String? in
      if case .leftOut(let reason) = result { return reason }
      return nil
    }
    func context(_ figure: Figure) -> [String: Any] {
      [
        "id": figure.id, "title": figure.title, "caption": figure.caption, "data": figure.data, "command": command,
        "panels": figure.panels.compactMap { panel in drawings[panel.name].map { ["name": panel.name, "svg": $0] } },
      ]
    }
    let folded = drawn.filter(\.isFolded)
    return [
      "figuresMissing": drawn.isEmpty ? notes.filter { $0 == Gnuplot.advice } : [],
      "figures": drawn.filter { !$0.isFolded }.map(context), "hasFolded": !folded.isEmpty,
      "folded": folded.map(context), "hasLeftOut": !leftOut.isEmpty, "leftOut": leftOut,
    ]
  }

  static func table(_ table: Table) -> [String: Any] {
    [
      "title": table.title, "caption": table.caption,
      "columns": table.columns.map { ["title": $0.title, "isNumber": $0.isNumber] as [String: Any] },
      "rows": table.rows.map { row in
        [
          "fields": zip(table.columns, row).map { column, field -> [String: Any] in
            [
              "text": field.text, "isNumber": column.isNumber, "isBest": field.isBest,
              "key": field.key.map { ["\($0)"] } ?? [], "interval": field.interval.isEmpty ? [] : [field.interval],
            ]
          }
        ] as [String: Any]
      },
    ]
  }

  /// Sentences of one kind, the first of them shown at once.
  ///
  /// - Parameter none: What stands there if there are none; nil for no group then.
  static func group(id: String, title: String, _ texts: [String], most: Int, none: String?) -> [String: Any]? {
    if texts.isEmpty, none == nil { return nil }
    let rest = texts.dropFirst(most)
    return [
      "id": "findings-\(id)", "title": title, "none": texts.isEmpty ? [none!] : [], "first": Array(texts.prefix(most)),
      "hasRest": !rest.isEmpty, "restTitle": "\(rest.count) more", "rest": Array(rest),
    ]
  }

  /// A fact of how the report was made.
  static func fact(_ name: String, _ text: String, isCode: Bool = false) -> [String: Any] {
    ["name": name, "text": text, "isCode": isCode]
  }

  /// A list of sentences with its title.
  ///
  /// - Parameter none: What stands there if there are none.
  static func remarks(id: String, title: String, _ lines: [String], none: String? = nil) -> [String: Any] {
    ["id": id, "title": title, "lines": lines, "none": lines.isEmpty ? [none].compactMap { $0 } : []]
  }

  /// The files beside the page.
  static func files(_ names: [String]) -> [[String: Any]] {
    names.enumerated().map { ["name": $1, "isLast": $0 == names.count - 1] }
  }
}
