import Basics
import COpenBLAS
import CVectorKernels

/// Products of matrices on OpenBLAS, cut into blocks for the cores by shape alone.
///
/// The same product has the same bits at any number of threads. A row need not have the bits that it has in a product of more
/// rows or at another place among them: some of OpenBLAS's kernels (Haswell, Zen, Prescott) do not sum in the same order for
/// every row of a tile.
enum MatrixProduct {
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

    /// The transpose.
    var transpose: Operand { Operand(address, stride: stride, transposed: !transposed) }

    func from(row: Int) -> Operand {
      Operand(address + (transposed ? row : row * stride), stride: stride, transposed: transposed)
    }

    func from(column: Int) -> Operand {
      Operand(address + (transposed ? column * stride : column), stride: stride, transposed: transposed)
    }
  }

  /// A block of a product, for work on its elements by the thread that has them in its cache.
  struct Block: Sendable {
    let rows: Range<Int>
    let columns: Range<Int>
  }

  /// Below this many multiplications OpenBLAS spends its time on preparing.
  private static let small = 8192

  /// C = A · B, or C += A · B, with A of m × k, B of k × n and C of m × n, on the calling thread.
  static func multiplySerially(
    m: Int, n: Int, k: Int, _ a: Operand, _ b: Operand, adding: Bool = false,
    into c: UnsafeMutablePointer<Float>, stride: Int
  ) {
    Measurement.count(m: m, n: n, k: k)
    if m * n * k <= small {
      return rpp_small_product(
        m, n, k, a.address, a.stride, a.transposed, b.address, b.stride, b.transposed, adding, c, stride)
    }
    _ = BLAS.prepared
    cblas_sgemm(
      CblasRowMajor, a.transposed ? CblasTrans : CblasNoTrans, b.transposed ? CblasTrans : CblasNoTrans,
      blasint(m), blasint(n), blasint(k), 1, a.address, blasint(max(a.stride, 1)), b.address,
      blasint(max(b.stride, 1)), adding ? 1 : 0, c, blasint(max(stride, 1)))
  }

  /// C = A · B on all cores, or what `start` puts there + A · B.
  ///
  /// - Parameters:
  ///   - start: Writes what a block's product is added to.
  ///   - finish: Called with each block when its product is there.
  static func multiply(
    m: Int, n: Int, k: Int, _ a: Operand, _ b: Operand, into c: UnsafeMutablePointer<Float>, stride: Int,
    startingFrom start: (@Sendable (Block) -> Void)? = nil, finish: (@Sendable (Block) -> Void)? = nil
  ) {
    let target = Pieces.Pointer(c)
    let (pieces, byRows) = cut(m: m, n: n, k: k)
    Parallel.forEach(pieces) { piece in
      func part(_ extent: Int) -> Range<Int> { extent * piece / pieces..<extent * (piece + 1) / pieces }
      let block = byRows ? Block(rows: part(m), columns: 0..<n) : Block(rows: 0..<m, columns: part(n))
      start?(block)
      multiplySerially(
        m: block.rows.count, n: block.columns.count, k: k, a.from(row: block.rows.lowerBound),
        b.from(column: block.columns.lowerBound), adding: start != nil,
        into: target.address + block.rows.lowerBound * stride + block.columns.lowerBound, stride: stride)
      finish?(block)
    }
  }

  /// C = A · B in half precision on all cores, or what `start` puts there + A · B; blocks are of whole rows.
  ///
  /// - Parameters: as ``multiply(m:n:k:_:_:into:stride:startingFrom:finish:)``, with the rows of A and of C one behind the other.
  static func multiply(
    m: Int, _ a: UnsafePointer<Float>, _ b: HalfMatrix, into c: UnsafeMutablePointer<Float>,
    startingFrom start: (@Sendable (Block) -> Void)? = nil, finish: (@Sendable (Block) -> Void)? = nil
  ) {
    let (source, target) = (Pieces.ConstPointer(a), Pieces.Pointer(c))
    let size = 64
    let pieces = 2 * m * b.n * b.k < 2_000_000 ? 1 : (m + size - 1) / size
    Parallel.forEach(pieces) { piece in
      let rows = pieces == 1 ? 0..<m : piece * size..<min((piece + 1) * size, m)
      let block = Block(rows: rows, columns: 0..<b.n)
      start?(block)
      b.multiplySerially(rows: rows, source.address, adding: start != nil, into: target.address)
      finish?(block)
    }
  }

  /// How many blocks, and whether each has its own rows or its own columns.
  ///
  /// OpenBLAS packs for each block anew what the block shares with the others, and slowly if that is a B beyond a core's
  /// cache. So blocks must not be thin, those of rows still less than those of columns; a little loss is worth it to keep
  /// four cores busy. A power of two shares evenly among the usual numbers of cores.
  private static func cut(m: Int, n: Int, k: Int) -> (pieces: Int, byRows: Bool) {
    let byRows = m >= (k * n <= 1 << 18 ? n : 2 * n)
    guard 2 * m * n * k >= 2_000_000 else { return (1, byRows) }
    let (extent, thin, thick) = byRows ? (m, 96, 256) : (n, 64, 128)
    var pieces = 1
    while pieces < 16, extent >= 2 * pieces * (pieces < 4 ? thin : thick) { pieces *= 2 }
    return (pieces, byRows)
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
      if !transposeA, let half = b.half(transposed: transposeB) {
        return MatrixProduct.multiply(m: m, a.pointer, half, into: out.baseAddress!)
      }
      MatrixProduct.multiply(
        m: m, n: n, k: k, a.operand(transposed: transposeA), b.operand(transposed: transposeB),
        into: out.baseAddress!, stride: n)
    }
  }
}
