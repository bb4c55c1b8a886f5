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

  /// The sequences in a layer where prompt rows have no residual stream.
  struct KeysOnly {
    /// Query rows are the rows of the residual stream; key rows include those of the prompts.
    let layout: AttentionLayout
    /// The key rows, put together from those of the residual stream (source 0) and of the prompts (1); nil where the prompts
    /// are a prefix of their own.
    let keyPlan: RowPlan?
    /// For each sequence the row of the stream that is read after the last layer.
    let read: [Int?]
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

  /// What each row counts in the mean over sequences of a mean over those of their rows that attend to a prompt and are none:
  /// the rows of a shared prefix count for every sequence that has it. 0 for prompts, and in causal attention for rows before.
  var weightsOfRowsSeeingPrompts: [Double] {
    let prompts = Set(places.map(\.row))
    var weights = [Double](repeating: 0, count: rowCount)
    let sequences = zip(layout.sequences, read).compactMap { $1 == nil ? nil : $0 }
    for sequence in sequences {
      let rows = Array(sequence.prefix) + Array(sequence.keys)
      guard let first = rows.firstIndex(where: prompts.contains) else { continue }
      let seeing = (layout.isCausal ? rows[first...] : rows[...]).filter { !prompts.contains($0) }
      for row in seeing { weights[row] += 1 / Double(seeing.count * sequences.count) }
    }
    return weights
  }

  /// All rows, from a matrix of the other rows (source 0) and one of prompts (1).
  var insertion: RowPlan { insertion { places[$0].promptRow } }

  /// All rows, from a matrix of the other rows (source 0) and one that holds a prompt row for each place (1).
  var insertionByPlace: RowPlan { insertion { $0 } }

  private func insertion(rowOfPlace: (Int) -> Int) -> RowPlan {
    var plan = RowPlan()
    var place = 0
    for row in 0..<rowCount {
      if place < places.count, places[place].row == row {
        plan.append(row: rowOfPlace(place), of: 1)
        place += 1
      } else {
        plan.append(row: row - place, of: 0)
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

  /// The sequences where prompt rows are keys and values only.
  var keysOnly: KeysOnly {
    var streamRow = [Int?](repeating: nil, count: rowCount)
    for (index, row) in otherRows.enumerated() { streamRow[row] = index }
    var reduced = layout
    for index in reduced.sequences.indices {
      let all = layout.sequences[index].queries
      let rows = all.compactMap { streamRow[$0] }
      require(
        all.prefix(rows.count).allSatisfy { streamRow[$0] != nil },
        "prompts that are keys only must stand at the end of their sequence")
      reduced.sequences[index].queries = rows.first.map { $0..<$0 + rows.count } ?? 0..<0
    }
    let read = read.map { row in row.flatMap { streamRow[$0] } }
    guard !layout.isCausal else { return KeysOnly(layout: reduced, keyPlan: insertion, read: read) }
    // In full attention the order of key rows is free, so the prompts can be a prefix that sequences share.
    var prompts = places[...]
    for (index, sequence) in layout.sequences.enumerated() {
      let own = prompts.prefix { $0.row < sequence.keys.upperBound }
      prompts = prompts.dropFirst(own.count)
      reduced.sequences[index].keys = reduced.sequences[index].queries
      reduced.sequences[index].prefix = own.first.map { $0.promptRow..<$0.promptRow + own.count } ?? 0..<0
    }
    return KeysOnly(layout: reduced, keyPlan: nil, read: read)
  }

  /// The layout of the last layer: its query rows are only those that are read.
  ///
  /// - Parameter read: For each sequence one of its query rows, or nil.
  static func reading(_ read: [Int?], of layout: AttentionLayout) -> AttentionLayout {
    var last = layout
    var next = 0
    for (index, row) in read.enumerated() {
      last.sequences[index].queries = next..<next + (row == nil ? 0 : 1)
      last.sequences[index].firstPosition = row.map { $0 - layout.sequences[index].queries.lowerBound } ?? 0
      next += row == nil ? 0 : 1
    }
    return last
  }
}
