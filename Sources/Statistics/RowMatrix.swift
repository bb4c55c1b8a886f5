import Basics

/// A matrix of numbers, row after row: prompt vectors, features or gradients, one in each row.
public struct RowMatrix: Equatable, Sendable {
  /// How many rows.
  public let rows: Int
  /// How many columns.
  public let columns: Int
  /// rows × columns numbers; element (i, j) is the one at i · columns + j.
  public let values: [Double]

  /// A matrix with `values.count / columns` rows.
  ///
  /// - Throws: ``Failure`` if it would be empty or its last row not full, or a number is not finite.
  public init(columns: Int, _ values: [Double]) throws {
    try CheckedNumbers.require(values, "a matrix")
    guard columns > 0, values.count % columns == 0 else {
      throw Failure("\(values.count) numbers are no matrix of \(columns) columns")
    }
    self.rows = values.count / columns
    self.columns = columns
    self.values = values
  }
}
