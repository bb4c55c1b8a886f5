import Basics
import CHalfProducts
import Synchronization

/// Products with frozen matrices in bf16 with 32-bit sums, by oneDNN, where the processor has instructions for them.
public enum HalfPrecision {
  /// Whether this processor has them, and they work: it is tried in a child process, since virtual machines announce what traps.
  public static let isSupported = rpp_half_works()
}

/// The packed forms of a frozen matrix and of its parts, made when they are first asked for.
final class HalfMatrices: Sendable {
  /// Which part of the matrix's memory, and which way round.
  private struct Key: Hashable {
    let offset: Int
    let shape: [Int]
    let transposed: Bool
  }

  private let packed = Mutex<[Key: HalfMatrix]>([:])

  /// B of a product with rows.
  ///
  /// - Parameters:
  ///   - tensor: The matrix or some of its rows, `[n, k]` if `transposed`, else `[k, n]`.
  func matrix(_ tensor: Tensor, transposed: Bool) -> HalfMatrix {
    packed.withLock { packed in
      let key = Key(offset: tensor.offset, shape: tensor.shape, transposed: transposed)
      if let known = packed[key] { return known }
      let new = HalfMatrix(tensor, transposed: transposed)
      packed[key] = new
      return new
    }
  }
}

/// B of a product in half precision, k × n.
final class HalfMatrix: @unchecked Sendable {
  // @unchecked: what the pointer leads to is only read.
  private let pointer: OpaquePointer
  let k: Int
  let n: Int

  init(_ tensor: Tensor, transposed: Bool) {
    (k, n) = transposed ? (tensor.columns, tensor.rows) : (tensor.rows, tensor.columns)
    guard let made = rpp_half_matrix_create(tensor.pointer, k, n, transposed) else {
      fatalError("oneDNN refuses a matrix of \(k) × \(n) in half precision")
    }
    pointer = made
  }

  deinit { rpp_half_matrix_destroy(pointer) }

  /// C = A · B, or C += A · B, of rows one behind the other, on the calling thread.
  func multiplySerially(
    rows: Range<Int>, _ a: UnsafePointer<Float>, adding: Bool, into c: UnsafeMutablePointer<Float>
  ) {
    Measurement.count(m: rows.count, n: n, k: k)
    for start in stride(from: rows.lowerBound, to: rows.upperBound, by: rpp_half_rows) {
      let count = min(rpp_half_rows, rows.upperBound - start)
      rpp_half_product(pointer, count, a + start * k, c + start * n, adding)
    }
  }
}

extension Tensor {
  /// The same frozen matrix, with whose rows, and rows of whose transpose, products are computed in half precision.
  public var inHalfPrecision: Tensor {
    var copy = self
    copy.halves = HalfMatrices()
    return copy
  }

  /// The same matrix with products in 32 bits.
  public var inWholePrecision: Tensor {
    var copy = self
    copy.halves = nil
    return copy
  }

  /// B of a product in half precision; nil for a matrix that is not ``inHalfPrecision``.
  func half(transposed: Bool) -> HalfMatrix? { halves?.matrix(self, transposed: transposed) }
}
