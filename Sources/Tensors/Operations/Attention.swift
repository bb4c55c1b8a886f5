import Basics
import CVectorKernels

extension Variable {
  /// Multi-head scaled dot-product attention on packed sequences: softmax(Q Kᵀ / √(width of a head)) V in every head
  /// (Vaswani et al. 2017).
  ///
  /// No score matrix outlives its sequence and head: the backward pass computes the scores again.
  ///
  /// - Parameters:
  ///   - queries: `[queries, width]`.
  ///   - keysAndValues: `[rows, 2 · width]`, keys in the first half of the columns and values in the second.
  ///   - heads: How many equal parts the width is split into.
  ///   - layout: Which rows are a sequence.
  /// - Returns: `[queries, width]`.
  public static func attention(
    queries: Variable, keysAndValues: Variable, heads: Int, layout: AttentionLayout
  ) -> Variable {
    let (q, kv) = (queries.value, keysAndValues.value)
    require(
      heads > 0 && kv.columns == 2 * q.columns && q.columns % heads == 0,
      "attention: \(heads) heads, queries of shape \(q.shape), keys and values of shape \(kv.shape)")
    require(
      layout.fits(queries: q.rows, keys: kv.rows),
      "attention: a layout of \(layout.queryCount) queries and \(layout.keyCount) keys does not fit, or has rows twice, "
        + "for queries of shape \(q.shape), keys and values of shape \(kv.shape)")
    let heads = AttentionHeads(width: q.columns, count: heads)
    let y = Tensor(shape: q.shape) { out in
      let target = Pieces.Pointer(out.baseAddress!)
      let pieces = layout.pieces(heads: heads.count)
      Parallel.forEach(pieces.count) { index in
        heads.forward(pieces[index], of: layout, q.pointer, kv.pointer, into: target.address)
      }
    }
    let (needsQ, needsKV) = (queries.requiresGradient, keysAndValues.requiresGradient)
    return .result(y, of: [queries, keysAndValues]) { dy in
      var dq = needsQ ? Tensor(uninitialized: q.shape) : nil
      var dkv = needsKV ? Tensor(shape: kv.shape, repeating: 0) : nil
      let dqTarget = dq?.withMutableElements { Pieces.Pointer($0.baseAddress!) }
      let dkvTarget = dkv?.withMutableElements { Pieces.Pointer($0.baseAddress!) }
      let pieces = layout.pieces(heads: heads.count)
      Parallel.forEach(pieces.count) { index in
        heads.backward(
          pieces[index], of: layout, q.pointer, kv.pointer, dy.pointer, dq: dqTarget?.address, dkv: dkvTarget?.address)
      }
      return [dq, dkv]
    }
  }
}

/// The arithmetic of attention for some sequences and heads, on one thread.
private struct AttentionHeads: Sendable {
  typealias Piece = (sequences: Range<Int>, heads: Range<Int>)

  let width: Int
  let count: Int
  var headWidth: Int { width / count }
  var factor: Float { 1 / Float(headWidth).squareRoot() }

  init(width: Int, count: Int) {
    self.width = width
    self.count = count
  }

  func forward(
    _ piece: Piece, of layout: AttentionLayout, _ q: UnsafePointer<Float>, _ kv: UnsafePointer<Float>,
    into y: UnsafeMutablePointer<Float>
  ) {
    withScores(for: piece, of: layout, matrices: 1) { buffer in
      forEachHead(piece, of: layout) { sequence, head in
        let scores = Scores(sequence, buffer, causal: layout.isCausal)
        probabilities(scores, head: head, q, kv)
        for (keys, start) in scores.parts {
          MatrixProduct.multiplySerially(
            m: scores.rows, n: headWidth, k: keys.count, scores.operand(from: start), values(kv, head, keys),
            kept: start == 0 ? 0 : 1, into: y + sequence.queries.lowerBound * width + head * headWidth, stride: width)
        }
      }
    }
  }

  func backward(
    _ piece: Piece, of layout: AttentionLayout, _ q: UnsafePointer<Float>, _ kv: UnsafePointer<Float>,
    _ dy: UnsafePointer<Float>, dq: UnsafeMutablePointer<Float>?, dkv: UnsafeMutablePointer<Float>?
  ) {
    withScores(for: piece, of: layout, matrices: 2) { buffer in
      forEachHead(piece, of: layout) { sequence, head in
        let p = Scores(sequence, buffer, causal: layout.isCausal)
        let dp = Scores(sequence, buffer + p.rows * p.columns, causal: layout.isCausal)
        let offset = sequence.queries.lowerBound * width + head * headWidth
        probabilities(p, head: head, q, kv)
        let gradient = MatrixProduct.Operand(dy + offset, stride: width)
        for (keys, start) in p.parts {
          MatrixProduct.multiplySerially(
            m: p.rows, n: keys.count, k: headWidth, gradient, values(kv, head, keys, transposed: true),
            into: dp.address + start, stride: dp.columns)
          guard let dkv else { continue }
          // dV += Pᵀ dY
          MatrixProduct.multiplySerially(
            m: keys.count, n: headWidth, k: p.rows, p.operand(from: start, transposed: true), gradient, kept: 1,
            into: dkv + keys.lowerBound * 2 * width + width + head * headWidth, stride: 2 * width)
        }
        for row in 0..<p.rows {
          let visible = sequence.visible(at: row, causal: layout.isCausal)
          rpp_softmax_backward(visible, factor, p.address + row * p.columns, dp.address + row * p.columns)
          (dp.address + row * p.columns + visible).update(repeating: 0, count: p.columns - visible)
        }
        for (keys, start) in p.parts {
          if let dq {
            MatrixProduct.multiplySerially(
              m: p.rows, n: headWidth, k: keys.count, dp.operand(from: start), self.keys(kv, head, keys),
              kept: start == 0 ? 0 : 1, into: dq + offset, stride: width)
          }
          if let dkv {
            // dK += dSᵀ Q
            MatrixProduct.multiplySerially(
              m: keys.count, n: headWidth, k: p.rows, dp.operand(from: start, transposed: true),
              MatrixProduct.Operand(q + offset, stride: width), kept: 1,
              into: dkv + keys.lowerBound * 2 * width + head * headWidth, stride: 2 * width)
          }
        }
      }
    }
  }

  /// softmax(Q Kᵀ · factor) of one sequence and head; what a row does not see is 0.
  private func probabilities(_ scores: Scores, head: Int, _ q: UnsafePointer<Float>, _ kv: UnsafePointer<Float>) {
    let queries = MatrixProduct.Operand(
      q + scores.sequence.queries.lowerBound * width + head * headWidth, stride: width)
    for (keys, start) in scores.parts {
      MatrixProduct.multiplySerially(
        m: scores.rows, n: keys.count, k: headWidth, queries, self.keys(kv, head, keys, transposed: true),
        into: scores.address + start, stride: scores.columns)
    }
    for row in 0..<scores.rows {
      let line = scores.address + row * scores.columns
      let visible = scores.sequence.visible(at: row, causal: scores.causal)
      rpp_softmax(visible, factor, line)
      (line + visible).update(repeating: 0, count: scores.columns - visible)
    }
  }

  private func keys(
    _ kv: UnsafePointer<Float>, _ head: Int, _ rows: Range<Int>, transposed: Bool = false
  ) -> MatrixProduct.Operand {
    MatrixProduct.Operand(
      kv + rows.lowerBound * 2 * width + head * headWidth, stride: 2 * width, transposed: transposed)
  }

  private func values(
    _ kv: UnsafePointer<Float>, _ head: Int, _ rows: Range<Int>, transposed: Bool = false
  ) -> MatrixProduct.Operand {
    keys(kv + width, head, rows, transposed: transposed)
  }

  private func forEachHead(
    _ piece: Piece, of layout: AttentionLayout, _ body: (AttentionLayout.Sequence, Int) -> Void
  ) {
    for sequence in layout.sequences[piece.sequences] where !sequence.queries.isEmpty {
      for head in piece.heads { body(sequence, head) }
    }
  }

  /// Room for the largest score matrix of the piece.
  private func withScores(
    for piece: Piece, of layout: AttentionLayout, matrices: Int, _ body: (UnsafeMutablePointer<Float>) -> Void
  ) {
    let size = layout.sequences[piece.sequences].reduce(0) {
      max($0, $1.queries.count * ($1.prefix.count + $1.keys.count))
    }
    var scratch = Tensor(uninitialized: [matrices * size])
    scratch.withMutableElements { body($0.baseAddress!) }
  }

  /// The score matrix of one sequence and head: queries in rows, the prefix's keys and then its own in columns.
  private struct Scores {
    let sequence: AttentionLayout.Sequence
    let address: UnsafeMutablePointer<Float>
    let causal: Bool
    var rows: Int { sequence.queries.count }
    var columns: Int { sequence.prefix.count + sequence.keys.count }

    init(_ sequence: AttentionLayout.Sequence, _ address: UnsafeMutablePointer<Float>, causal: Bool) {
      self.sequence = sequence
      self.address = address
      self.causal = causal
    }

    /// The rows of the key matrix that the columns stand for, and the first of the columns of each.
    var parts: [(keys: Range<Int>, start: Int)] {
      sequence.prefix.isEmpty
        ? [(sequence.keys, 0)] : [(sequence.prefix, 0), (sequence.keys, sequence.prefix.count)]
    }

    func operand(from column: Int, transposed: Bool = false) -> MatrixProduct.Operand {
      MatrixProduct.Operand(address + column, stride: columns, transposed: transposed)
    }
  }
}
