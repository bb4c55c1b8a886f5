extension StudyReport {
  /// The tables of accuracies as lines of cells for a terminal, each with its title: what was compared, and every accuracy with
  /// its interval. The first cells of a table are the titles of its columns.
  public var accuracyLines: [(title: String, lines: [[String]])] {
    tables.accuracies().map { table in
      // A line of a terminal has no room for the interquartile mean.
      let kept = table.columns.indices.filter { column in
        !table.columns[column].isNumber
          || table.columns[column].title != StudyTables.interquartileMean
            && table.rows.contains { !$0[column].interval.isEmpty }
      }
      let lines = table.rows.map { row in
        kept.map { column in
          let field = row[column]
          return field.interval.isEmpty ? field.text : "\(field.text) \(field.interval)"
        }
      }
      return (table.title, [kept.map { table.columns[$0].title }] + lines)
    }
  }
}
