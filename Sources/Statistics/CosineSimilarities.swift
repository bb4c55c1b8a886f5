import Basics
import CGSL

/// The cosine similarities between all rows of a matrix.
public struct CosineSimilarities: Equatable, Sendable {
  /// rows × rows: x_i · x_j / (|x_i| |x_j|), symmetric, with ones on the diagonal.
  public let matrix: RowMatrix
  /// The eigenvalues of the matrix of cosines, largest first; their sum is the number of rows. One large one: the rows
  /// point the same way.
  public let spectrum: [Double]
  /// The mean of |cos| over pairs of different rows: 0 for orthogonal rows, 1 for parallel ones; nil for a single row.
  public let meanAbsoluteOffDiagonal: Double?

  /// The similarities of the rows.
  ///
  /// - Throws: ``Failure`` if a row is all zeros, which has no direction.
  public init(ofRows rows: RowMatrix) throws {
    let (count, columns) = (rows.rows, rows.columns)
    var unit = rows.values
    for row in 0..<count {
      let range = row * columns..<(row + 1) * columns
      // Scaled by the largest element first, so that squares neither overflow nor vanish.
      let largest = rows.values[range].reduce(0) { max($0, abs($1)) }
      guard largest > 0 else { throw Failure("row \(row) is all zeros, and has no cosine to another") }
      let norm = rows.values[range].reduce(0) { $0 + ($1 / largest) * ($1 / largest) }.squareRoot()
      for index in range { unit[index] = unit[index] / largest / norm }
    }
    var cosines = Array(repeating: 0.0, count: count * count)
    unit.withUnsafeMutableBufferPointer { unit in
      cosines.withUnsafeMutableBufferPointer { cosines in
        var left = gsl_matrix_view_array(unit.baseAddress!, count, columns)
        var product = gsl_matrix_view_array(cosines.baseAddress!, count, count)
        gsl_blas_dsyrk(CblasUpper, CblasNoTrans, 1, &left.matrix, 0, &product.matrix)
      }
    }
    var sum = 0.0
    for i in 0..<count {
      cosines[i * count + i] = 1
      for j in i + 1..<max(count, i + 1) {
        let cosine = min(max(cosines[i * count + j], -1), 1)
        cosines[i * count + j] = cosine
        cosines[j * count + i] = cosine
        sum += 2 * abs(cosine)
      }
    }
    matrix = try RowMatrix(columns: count, cosines)
    // Of the unit rows: a squared singular value is an eigenvalue of the product, and the rest of them is 0.
    let singular = try RowMatrix(columns: columns, unit).singularValues()
    spectrum = singular.map { $0 * $0 } + Array(repeating: 0, count: count - singular.count)
    meanAbsoluteOffDiagonal = count > 1 ? sum / Double(count * (count - 1)) : nil
  }
}
