import Basics
import CVectorKernels

extension Variable {
  /// An affine map of the rows: y = x Wᵀ + b, weights as PyTorch stores them.
  ///
  /// - Parameters:
  ///   - weight: `[outputs, inputs]`.
  ///   - bias: `[outputs]`, or nil for none.
  /// - Returns: The shape of this variable with `outputs` as its last dimension.
  public func linear(weight: Variable, bias: Variable? = nil) -> Variable {
    let (x, w) = (value, weight.value)
    require(
      w.shape.count == 2 && w.columns == x.columns,
      "linear: a weight of shape \(w.shape) does not fit rows of shape \(x.shape)")
    if let bias {
      require(bias.shape == [w.rows], "linear: a bias of shape \(bias.shape) for a weight of shape \(w.shape)")
    }
    var y = Tensor.product(x, w, transposeB: true)
    if let bias { y.addToRows(bias.value) }
    let (needsX, needsW, needsB) = (requiresGradient, weight.requiresGradient, bias?.requiresGradient ?? false)
    return .result(y, of: [self, weight] + (bias.map { [$0] } ?? [])) { dy in
      [
        needsX ? .product(dy, w) : nil,
        needsW ? .product(dy, transposeA: true, x) : nil,
        needsB ? dy.sumOfRows() : nil,
      ]
    }
  }

  /// The product of two matrices, either of them transposed first: see ``Tensor/product(_:transposeA:_:transposeB:)``.
  public static func product(
    _ a: Variable, transposeA: Bool = false, _ b: Variable, transposeB: Bool = false
  ) -> Variable {
    let (x, y) = (a.value, b.value)
    let (needsA, needsB) = (a.requiresGradient, b.requiresGradient)
    return .result(.product(x, transposeA: transposeA, y, transposeB: transposeB), of: [a, b]) { dz in
      // C = A B: dA = dC Bᵀ and dB = Aᵀ dC; for a transposed operand the transposes of these.
      let dx =
        !needsA
        ? nil
        : transposeA
          ? Tensor.product(y, transposeA: transposeB, dz, transposeB: true)
          : Tensor.product(dz, y, transposeB: !transposeB)
      let dy =
        !needsB
        ? nil
        : transposeB
          ? Tensor.product(dz, transposeA: true, x, transposeB: transposeA)
          : Tensor.product(x, transposeA: !transposeA, dz)
      return [dx?.reshaped(x.shape), dy?.reshaped(y.shape)]
    }
  }
}

extension Tensor {
  /// Adds a row to every row.
  mutating func addToRows(_ row: Tensor) {
    let (rows, columns) = (rows, columns)
    withMutableElements { elements in
      let target = Pieces.Pointer(elements.baseAddress!)
      let source = Pieces.ConstPointer(row.pointer)
      Pieces.forEach(rows: rows, costOfRow: columns) { range in
        for r in range { rpp_axpy(columns, 1, source.address, target.address + r * columns) }
      }
    }
  }

  /// The sum of all rows, as a vector; taken in one order whatever the number of threads.
  func sumOfRows() -> Tensor {
    let columns = columns
    var sum = Tensor(shape: [columns], repeating: 0)
    sum.withMutableElements { sum in
      for r in 0..<rows { rpp_axpy(columns, 1, pointer + r * columns, sum.baseAddress!) }
    }
    return sum
  }
}
