import Basics
import Tensors

/// Sequences packed into one matrix, and where prompts stand among its rows.
///
/// Prompt rows need not have a residual stream in every layer: where they are keys and values only, the stream holds the
/// other rows alone. Row numbers are those of the full matrix.
struct PackedSequences {
  /// One row of a prompt matrix (its leading dimensions flattened) at one row of the packed matrix.
  struct Place {
    let row: Int
    let promptRow: Int
  }

  /// The sequences with all rows. Prompts that are keys only stand at the end of their sequence.
  var layout: AttentionLayout
  /// Where prompts stand, by row.
  var places: [Place] = []
  /// For each sequence the row that is read after the last layer; nil for one that others only attend to.
  var read: [Int?] = []
  /// Rows in all.
  var rowCount = 0

  /// The rows that are no prompts.
  var otherRows: [Int] {
    let prompts = Set(places.map(\.row))
    return (0..<rowCount).filter { !prompts.contains($0) }
  }

  /// All rows, from a matrix of the other rows (source 0) and one of prompts (1).
  var insertion: RowPlan {
    var plan = RowPlan()
    var next = places.makeIterator()
    var place = next.next()
    var other = 0
    for row in 0..<rowCount {
      if let found = place, found.row == row {
        plan.append(row: found.promptRow, of: 1)
        place = next.next()
      } else {
        plan.append(row: other, of: 0)
        other += 1
      }
    }
    return plan
  }

  /// All rows, from a matrix of all rows (source 0), those of prompts replaced (1).
  var replacement: RowPlan {
    var plan = RowPlan()
    plan.append(rows: 0..<rowCount, of: 0)
    for place in places { plan.replace(at: place.row, byRow: place.promptRow, of: 1) }
    return plan
  }

  /// The layout in which prompt rows are keys only, and the row of the stream that each row became.
  func withoutPromptQueries() -> (layout: AttentionLayout, streamRow: [Int: Int]) {
    let streamRow = Dictionary(uniqueKeysWithValues: otherRows.enumerated().map { ($0.element, $0.offset) })
    var reduced = layout
    for index in reduced.sequences.indices {
      let rows = layout.sequences[index].queries.compactMap { streamRow[$0] }
      let isLeading = layout.sequences[index].queries.prefix(rows.count).allSatisfy { streamRow[$0] != nil }
      require(isLeading, "prompts that are keys only must stand at the end of their sequence")
      reduced.sequences[index].queries = rows.first.map { $0..<$0 + rows.count } ?? 0..<0
    }
    return (reduced, streamRow)
  }
}
