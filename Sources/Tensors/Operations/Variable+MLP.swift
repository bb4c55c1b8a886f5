import Basics
import CVectorKernels

extension Variable {
  /// residual + W₂ f(W₁ x + b₁) + b₂ of the rows x.
  ///
  /// One operation and not four, because its hidden layer is the largest matrix of a transformer: f and its derivative are
  /// taken of each block while it is in the cache, and only W₁ x + b₁ is kept for the backward pass.
  func mlp(_ layers: MLP, addedTo residual: Variable) -> Variable {
    guard let hiddenBias = layers.hidden.bias, let outputBias = layers.output.bias else {
      fatalError("the layers of an MLP have biases")
    }
    let activation = layers.activation
    let inputs = [self, layers.hidden.weight, hiddenBias, layers.output.weight, outputBias, residual]
    let needs = inputs.map(\.requiresGradient)
    let (w1, w2, kernel) = (layers.hidden.weight.value, layers.output.weight.value, activation.kernel)

    // Where nothing is learned, f overwrites what it is taken of.
    var active = needs.contains(true) ? Tensor(uninitialized: [value.rows, w1.rows]) : nil
    let target = active?.withMutableElements { Pieces.Pointer($0.baseAddress!) }
    let before = value.linear(weight: w1, bias: hiddenBias.value) { block, out in
      block.forEachRow(ofWidth: w1.rows) { kernel($1, out + $0, (target?.address ?? out) + $0) }
    }
    let y = (active ?? before).reshaped(before.shape)
      .linear(weight: w2, bias: outputBias.value, addedTo: residual.value)
    active = nil

    // A frozen weight needs no gradient, so the rows that it multiplies need not be kept.
    let x = needs[1] ? value : nil
    return .result(y, of: inputs) { dy in
      let dBefore = dy.product(w2, timesDerivativeOf: activation, at: before)
      return [
        needs[0] ? .product(dBefore, w1) : nil,
        x.map { .product(dBefore, transposeA: true, $0) },
        needs[2] ? dBefore.sumOfRows() : nil,
        needs[3] ? .product(dy, transposeA: true, before.mapped(kernel)) : nil,
        needs[4] ? dy.sumOfRows() : nil,
        needs[5] ? dy : nil,
      ]
    }
  }
}

extension Tensor {
  /// (this · weight) ⊙ f′(x).
  fileprivate func product(_ weight: Tensor, timesDerivativeOf activation: Activation, at x: Tensor) -> Tensor {
    let width = weight.columns
    let derivative = activation.derivative
    return Tensor(shape: x.shape) { out in
      let target = Pieces.Pointer(out.baseAddress!)
      let finish: @Sendable (MatrixProduct.Block) -> Void = { block in
        let x = x.pointer
        block.forEachRow(ofWidth: width) { derivative($1, x + $0, target.address + $0, target.address + $0) }
      }
      if let half = weight.half(transposed: false) {
        return MatrixProduct.multiply(m: rows, pointer, half, into: target.address, finish: finish)
      }
      MatrixProduct.multiply(
        m: rows, n: width, k: columns, operand(), weight.operand(), into: target.address, stride: width,
        finish: finish)
    }
  }
}

extension MatrixProduct.Block {
  /// Calls `body` with where each row of the block begins in a matrix of a width, and how many elements it has.
  fileprivate func forEachRow(ofWidth width: Int, _ body: (Int, Int) -> Void) {
    for row in rows { body(row * width + columns.lowerBound, columns.count) }
  }
}
