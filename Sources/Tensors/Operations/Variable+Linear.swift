import Basics
import CVectorKernels

extension Variable {
  /// An affine map of the rows: y = x Wᵀ + b, weights as PyTorch stores them.
  ///
  /// - Parameters:
  ///   - weight: `[outputs, inputs]`.
  ///   - bias: `[outputs]`, or nil for none.
  ///   - residual: What the result is added to, in its shape; nil for nothing.
  /// - Returns: The shape of this variable with `outputs` as its last dimension.
  public func linear(weight: Variable, bias: Variable? = nil, addedTo residual: Variable? = nil) -> Variable {
    let (x, w) = (value, weight.value)
    let y = x.linear(weight: w, bias: bias?.value, addedTo: residual?.value)
    let (needsX, needsB, needsResidual) = (
      requiresGradient, bias?.requiresGradient ?? false, residual?.requiresGradient ?? false
    )
    // A frozen weight needs no gradient, so the rows that it multiplies need not be kept.
    let kept = weight.requiresGradient ? x : nil
    return .result(y, of: [self, weight] + [bias, residual].compactMap { $0 }) { dy in
      var gradients = [needsX ? Tensor.product(dy, w) : nil, kept.map { Tensor.product(dy, transposeA: true, $0) }]
      if bias != nil { gradients.append(needsB ? dy.sumOfRows() : nil) }
      if residual != nil { gradients.append(needsResidual ? dy : nil) }
      return gradients
    }
  }

  /// The product of two matrices, either of them transposed first: see ``Tensor/product(_:transposeA:_:transposeB:)``.
  public static func product(
    _ a: Variable, transposeA: Bool = false, _ b: Variable, transposeB: Bool = false
  ) -> Variable {
    let (shapeA, shapeB) = (a.shape, b.shape)
    // Each operand is kept for the other's gradient only.
    let x = b.requiresGradient ? a.value : nil
    let y = a.requiresGradient ? b.value : nil
    let product = Tensor.product(a.value, transposeA: transposeA, b.value, transposeB: transposeB)
    return .result(product, of: [a, b]) { dz in
      // C = A B: dA = dC Bᵀ and dB = Aᵀ dC; for a transposed operand the transposes of these.
      let dx = y.map { y in
        transposeA
          ? Tensor.product(y, transposeA: transposeB, dz, transposeB: true)
          : Tensor.product(dz, y, transposeB: !transposeB)
      }
      let dy = x.map { x in
        transposeB
          ? Tensor.product(dz, transposeA: true, x, transposeB: transposeA)
          : Tensor.product(x, transposeA: !transposeA, dz)
      }
      return [dx?.reshaped(shapeA), dy?.reshaped(shapeB)]
    }
  }
}

extension Tensor {
  /// x Wᵀ + b + residual of the rows x.
  ///
  /// - Parameter finish: Called with each block of the result when it is there.
  func linear(
    weight: Tensor, bias: Tensor?, addedTo residual: Tensor? = nil,
    finish: (@Sendable (MatrixProduct.Block, UnsafeMutablePointer<Float>) -> Void)? = nil
  ) -> Tensor {
    require(
      weight.shape.count == 2 && weight.columns == columns,
      "linear: a weight of shape \(weight.shape) does not fit rows of shape \(shape)")
    let width = weight.rows
    if let bias {
      require(bias.shape == [width], "linear: a bias of shape \(bias.shape) for a weight of shape \(weight.shape)")
    }
    let shape = Array(shape.dropLast()) + [width]
    if let residual { requireSameShape(shape, residual.shape, "linear added to a residual") }
    return Tensor(shape: shape) { out in
      let target = Pieces.Pointer(out.baseAddress!)
      // The bias is what the products are added to, so that no pass over the result is needed for it.
      let start: @Sendable (MatrixProduct.Block) -> Void = { block in
        let (column, count) = (block.columns.lowerBound, block.columns.count)
        let (residual, bias) = (residual?.pointer, bias?.pointer)
        for row in block.rows {
          let line = target.address + row * width + column
          if let residual {
            if let bias {
              rpp_add(count, residual + row * width + column, bias + column, line)
            } else {
              line.update(from: residual + row * width + column, count: count)
            }
          } else if let bias {
            line.update(from: bias + column, count: count)
          }
        }
      }
      let from = bias == nil && residual == nil ? nil : start
      let done: @Sendable (MatrixProduct.Block) -> Void = { finish?($0, target.address) }
      if let half = weight.half(transposed: true) {
        return MatrixProduct.multiply(m: rows, pointer, half, into: target.address, startingFrom: from, finish: done)
      }
      MatrixProduct.multiply(
        m: rows, n: width, k: columns, operand(), weight.operand(transposed: true), into: target.address,
        stride: width, startingFrom: from, finish: done)
    }
  }

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
    let rows = rows
    return Tensor(shape: [columns]) { sum in
      sum.update(repeating: 0)
      let target = Pieces.Pointer(sum.baseAddress!)
      Pieces.forEach(columns: columns, ofRows: rows) { range in
        for r in 0..<rows {
          rpp_axpy(range.count, 1, pointer + r * columns + range.lowerBound, target.address + range.lowerBound)
        }
      }
    }
  }
}
