import Basics
import CLAPACKE
import Foundation

extension RowMatrix {
  /// The min(rows, columns) singular values, largest first, by LAPACK's divide and conquer (dgesdd).
  ///
  /// - Throws: ``Failure`` if the algorithm does not converge.
  public func singularValues() throws -> [Double] {
    let smaller = min(rows, columns)
    var copy = values
    var singular = Array(repeating: 0.0, count: smaller)
    // The rows of this matrix are the columns of its transpose, which has the same singular values.
    let status = LAPACKE_dgesdd(
      LAPACK_COL_MAJOR, CChar(UInt8(ascii: "N")), Int32(columns), Int32(rows), &copy, Int32(columns),
      &singular, nil, 1, nil, 1)
    guard status == 0 else {
      throw Failure("no singular values of a \(rows) × \(columns) matrix: LAPACK says \(status)")
    }
    return singular
  }

  /// The effective rank (Roy and Vetterli 2007): exp(−Σ p_k ln p_k) with p_k = σ_k / Σσ of the singular values; n for n
  /// equal ones, 1 for a matrix of rank 1, and a number between them for others.
  ///
  /// - Throws: ``Failure`` if all numbers are 0.
  public func effectiveRank() throws -> Double {
    let singular = try singularValues()
    let sum = singular.reduce(0, +)
    guard sum > 0 else { throw Failure("a matrix of zeros has no effective rank") }
    return exp(
      -singular.reduce(0) { entropy, value in
        let share = value / sum
        return share > 0 ? entropy + share * log(share) : entropy
      })
  }
}
