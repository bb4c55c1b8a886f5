import Basics
import CVectorKernels

extension Variable {
  /// The logarithm of the softmax of every row.
  public func logSoftmax() -> Variable {
    let (rows, columns) = (value.rows, value.columns)
    let y = value.logSoftmax()
    return .result(y, of: [self]) { dy in
      [
        Tensor(shape: y.shape) { out in
          let target = Pieces.Pointer(out.baseAddress!)
          Pieces.forEach(rows: rows, costOfRow: 8 * columns) { range in
            for r in range {
              let start = r * columns
              rpp_log_softmax_backward(columns, y.pointer + start, dy.pointer + start, target.address + start)
            }
          }
        }
      ]
    }
  }

  /// The mean over the rows of −Σ target · log softmax.
  ///
  /// - Parameter targets: What each row's probabilities should be, in the shape of this variable.
  public func softmaxCrossEntropy(targets: Tensor) -> Variable {
    requireSameShape(shape, targets.shape, "softmaxCrossEntropy")
    return (logSoftmax() * Variable(targets)).sum() * (-1 / Float(value.rows))
  }

  /// The mean over the rows of −log softmax at the row's label.
  ///
  /// - Parameter labels: For each row the index of its correct column.
  public func softmaxCrossEntropy(labels: [Int]) -> Variable {
    require(
      labels.count == value.rows && labels.allSatisfy { (0..<value.columns).contains($0) },
      "softmaxCrossEntropy: \(labels.count) labels for logits of shape \(shape), or a label outside of the columns")
    return softmaxCrossEntropy(targets: Tensor.oneHot(labels, columns: value.columns).reshaped(shape))
  }
}

extension Tensor {
  /// Rows of zeros with a one in the column of each label.
  public static func oneHot(_ labels: [Int], columns: Int) -> Tensor {
    Tensor(shape: [labels.count, columns]) { out in
      out.update(repeating: 0)
      for (row, label) in labels.enumerated() { out[row * columns + label] = 1 }
    }
  }

  /// The logarithm of the softmax of every row.
  public func logSoftmax() -> Tensor {
    let columns = columns
    return Tensor(shape: shape) { out in
      let target = Pieces.Pointer(out.baseAddress!)
      Pieces.forEach(rows: rows, costOfRow: 8 * columns) { range in
        for r in range { _ = rpp_log_softmax(columns, pointer + r * columns, target.address + r * columns) }
      }
    }
  }
}
