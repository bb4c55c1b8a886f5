import Basics
import COpenBLAS

/// Products of matrices on OpenBLAS, cut into blocks for the cores by shape alone.
///
/// OpenBLAS itself is told to use one thread: its own threads cut the work by their number, which for small products
/// changes the last bits, and they would compete with ours.
enum MatrixProduct {
  private static let singleThreaded: Void = openblas_set_num_threads(1)

  /// A matrix somewhere in memory: `rows × columns` as it enters the product, `stride` floats from row to row in memory.
  struct Operand: @unchecked Sendable {
    let address: UnsafePointer<Float>
    let stride: Int
    /// Whether memory holds the transpose of what enters the product.
    let transposed: Bool

    init(_ address: UnsafePointer<Float>, stride: Int, transposed: Bool = false) {
      self.address = address
      self.stride = stride
      self.transposed = transposed
    }

    func from(row: Int) -> Operand {
      Operand(address + (transposed ? row : row * stride), stride: stride, transposed: transposed)
    }

    func from(column: Int) -> Operand {
      Operand(address + (transposed ? column * stride : column), stride: stride, transposed: transposed)
    }
  }

  /// C = factor · A · B + kept · C with A of m × k, B of k × n and C of m × n, on the calling thread.
  static func multiplySerially(
    m: Int, n: Int, k: Int, factor: Float = 1, _ a: Operand, _ b: Operand, kept: Float = 0,
    into c: UnsafeMutablePointer<Float>, stride: Int
  ) {
    _ = singleThreaded
    cblas_sgemm(
      CblasRowMajor, a.transposed ? CblasTrans : CblasNoTrans, b.transposed ? CblasTrans : CblasNoTrans,
      blasint(m), blasint(n), blasint(k), factor, a.address, blasint(max(a.stride, 1)), b.address,
      blasint(max(b.stride, 1)), kept, c, blasint(max(stride, 1)))
  }

  /// The same on all cores.
  static func multiply(
    m: Int, n: Int, k: Int, factor: Float = 1, _ a: Operand, _ b: Operand, kept: Float = 0,
    into c: UnsafeMutablePointer<Float>, stride: Int
  ) {
    let pieces = pieces(of: max(m, n), operations: 2 * m * n * k)
    guard pieces > 1 else {
      return multiplySerially(m: m, n: n, k: k, factor: factor, a, b, kept: kept, into: c, stride: stride)
    }
    let target = Pieces.Pointer(c)
    Parallel.forEach(pieces) { piece in
      if m >= n {
        let rows = m * piece / pieces..<m * (piece + 1) / pieces
        multiplySerially(
          m: rows.count, n: n, k: k, factor: factor, a.from(row: rows.lowerBound), b, kept: kept,
          into: target.address + rows.lowerBound * stride, stride: stride)
      } else {
        let columns = n * piece / pieces..<n * (piece + 1) / pieces
        multiplySerially(
          m: m, n: columns.count, k: k, factor: factor, a, b.from(column: columns.lowerBound), kept: kept,
          into: target.address + columns.lowerBound, stride: stride)
      }
    }
  }

  /// Each block packs the operand that it shares with the others anew, so blocks must not be thin.
  private static func pieces(of extent: Int, operations: Int) -> Int {
    guard operations >= 2_000_000 else { return 1 }
    return max(1, min(8, extent / 96))
  }
}

extension Tensor {
  func operand(transposed: Bool = false) -> MatrixProduct.Operand {
    MatrixProduct.Operand(pointer, stride: columns, transposed: transposed)
  }

  /// The product of two matrices, either of them transposed first.
  ///
  /// - Parameters:
  ///   - a: `[m, k]`, or `[k, m]` if `transposeA`.
  ///   - b: `[k, n]`, or `[n, k]` if `transposeB`.
  /// - Returns: `[m, n]`, with the leading dimensions of `a` kept if it is not transposed.
  public static func product(
    _ a: Tensor, transposeA: Bool = false, _ b: Tensor, transposeB: Bool = false
  ) -> Tensor {
    let (m, k) = transposeA ? (a.columns, a.rows) : (a.rows, a.columns)
    let (inner, n) = transposeB ? (b.columns, b.rows) : (b.rows, b.columns)
    require(k == inner, "matrix product: the shapes \(a.shape) and \(b.shape) do not fit")
    return Tensor(shape: transposeA ? [m, n] : Array(a.shape.dropLast()) + [n]) { out in
      MatrixProduct.multiply(
        m: m, n: n, k: k, a.operand(transposed: transposeA), b.operand(transposed: transposeB),
        into: out.baseAddress!, stride: n)
    }
  }
}
