import Basics
import CVectorKernels

extension Variable {
  /// Layer normalisation of the rows: (x − mean) / √(variance + epsilon) · scale + bias (Ba et al. 2016).
  ///
  /// - Parameters:
  ///   - scale: `[columns]`.
  ///   - bias: `[columns]`.
  public func layerNormalized(scale: Variable, bias: Variable, epsilon: Float = 1e-5) -> Variable {
    let (x, rows, columns) = (value, value.rows, value.columns)
    require(
      scale.shape == [columns] && bias.shape == [columns],
      "layerNormalized: scale \(scale.shape) and bias \(bias.shape) for rows of shape \(shape)")
    var statistics = Tensor(uninitialized: [2, rows])
    let (gain, shift) = (scale.value, bias.value)
    let y = statistics.withMutableElements { statistics in
      Tensor(shape: shape) { out in
        let target = Pieces.Pointer(out.baseAddress!)
        let kept = Pieces.Pointer(statistics.baseAddress!)
        Pieces.forEach(rows: rows, costOfRow: 4 * columns) { range in
          for r in range {
            rpp_layer_norm(
              columns, x.pointer + r * columns, gain.pointer, shift.pointer, epsilon,
              target.address + r * columns, kept.address + r, kept.address + rows + r)
          }
        }
      }
    }
    let needs = (x: requiresGradient, scale: scale.requiresGradient, bias: bias.requiresGradient)
    return .result(y, of: [self, scale, bias]) { [statistics] dy in
      var dx: Tensor?
      if needs.x {
        dx = Tensor(shape: x.shape) { out in
          let target = Pieces.Pointer(out.baseAddress!)
          Pieces.forEach(rows: rows, costOfRow: 4 * columns) { range in
            for r in range {
              rpp_layer_norm_backward(
                columns, x.pointer + r * columns, gain.pointer, statistics.pointer[r], statistics.pointer[rows + r],
                dy.pointer + r * columns, target.address + r * columns)
            }
          }
        }
      }
      guard needs.scale || needs.bias else { return [dx, nil, nil] }
      var dscale = Tensor(shape: [columns], repeating: 0)
      var dbias = Tensor(shape: [columns], repeating: 0)
      dscale.withMutableElements { dscale in
        dbias.withMutableElements { dbias in
          let (dscale, dbias) = (Pieces.Pointer(dscale.baseAddress!), Pieces.Pointer(dbias.baseAddress!))
          Pieces.forEach(columns: columns, ofRows: rows) { range in
            let first = range.lowerBound
            for r in 0..<rows {
              rpp_layer_norm_parameters_backward(
                range.count, x.pointer + r * columns + first, statistics.pointer[r], statistics.pointer[rows + r],
                dy.pointer + r * columns + first, dscale.address + first, dbias.address + first)
            }
          }
        }
      }
      return [dx, needs.scale ? dscale : nil, needs.bias ? dbias : nil]
    }
  }

  /// Every row divided by its Euclidean length.
  public func rowsNormalized() -> Variable {
    let (x, rows, columns) = (value, value.rows, value.columns)
    var lengths = Tensor(uninitialized: [rows])
    let y = lengths.withMutableElements { lengths in
      Tensor(shape: shape) { out in
        let (target, lengths) = (Pieces.Pointer(out.baseAddress!), Pieces.Pointer(lengths.baseAddress!))
        Pieces.forEach(rows: rows, costOfRow: 4 * columns) { range in
          for r in range {
            lengths.address[r] = rpp_normalize(columns, x.pointer + r * columns, target.address + r * columns)
          }
        }
      }
    }
    return .result(y, of: [self]) { [lengths] dy in
      [
        Tensor(shape: y.shape) { out in
          let target = Pieces.Pointer(out.baseAddress!)
          Pieces.forEach(rows: rows, costOfRow: 4 * columns) { range in
            for r in range {
              rpp_normalize_backward(
                columns, y.pointer + r * columns, lengths.pointer[r], dy.pointer + r * columns,
                target.address + r * columns)
            }
          }
        }
      ]
    }
  }
}
