extension StudyReport {
  /// The first table of accuracies as lines of cells for a terminal, its titles first: what was compared, and every accuracy with
  /// its interval.
  public var accuracyLines: [[String]] {
    guard let table = tables.accuracies().first else { return [] }
    // A line of a terminal has no room for the interquartile mean.
    let kept = table.columns.indices.filter { column in
      !table.columns[column].isNumber
        || table.columns[column].title != StudyTables.interquartileMean
          && table.rows.contains { !$0[column].interval.isEmpty }
    }
    return [kept.map { table.columns[$0].title }]
      + table.rows.map { row in
        kept.map { column in
          let field = row[column]
          return field.interval.isEmpty ? field.text : "\(field.text) \(field.interval)"
        }
      }
  }
}
