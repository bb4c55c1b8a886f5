import Basics
import Foundation

/// The lines of a CSV file by the names of its columns.
struct CSVRows {
  let columns: [String]
  let rows: [[String: String]]

  init(_ text: String) throws {
    var records: [[String]] = []
    try CSV.forEachRecord(of: Data(text.utf8), origin: "file.csv") { record in
      records.append(try (0..<record.count).map { try record.text($0) })
    }
    columns = records[0]
    rows = records.dropFirst().map { [columns] in Dictionary(uniqueKeysWithValues: zip(columns, $0)) }
  }

  /// The lines with these values.
  func matching(_ values: [String: String]) -> [[String: String]] {
    rows.filter { row in values.allSatisfy { row[$0.key] == $0.value } }
  }
}

extension [String: String] {
  /// The number in a column; NaN where there is none.
  func number(_ column: String) -> Double { Double(self[column] ?? "") ?? .nan }
}
