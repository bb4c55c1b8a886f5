import Foundation
import Tensors
import Testing

@Suite("Attention agrees with a naive loop")
struct AttentionTests {
  /// softmax(Q Kᵀ / √width) V, one query and head after the other.
  private func naive(_ q: Tensor, _ kv: Tensor, heads: Int, _ layout: AttentionLayout) -> [Double] {
    let width = q.columns
    let size = width / heads
    let (queries, rows) = (q.doubles, kv.doubles)
    var y = [Double](repeating: .nan, count: q.count)
    for sequence in layout.sequences {
      for (index, query) in sequence.queries.enumerated() {
        let own = sequence.keys.prefix(
          layout.isCausal ? sequence.firstPosition + index + 1 : sequence.keys.count)
        let keys = Array(sequence.prefix) + Array(own)
        for head in 0..<heads {
          let columns = head * size..<(head + 1) * size
          let scores = keys.map { key in
            columns.reduce(0) { $0 + queries[query * width + $1] * rows[key * 2 * width + $1] }
              / Double(size).squareRoot()
          }
          let top = scores.max() ?? 0
          let weights = scores.map { exp($0 - top) }
          let total = weights.reduce(0, +)
          for column in columns {
            let sum = zip(keys, weights).reduce(0) { $0 + $1.1 * rows[$1.0 * 2 * width + width + column] }
            y[query * width + column] = keys.isEmpty ? 0 : sum / total
          }
        }
      }
    }
    return y
  }

  static let layouts: [AttentionLayout] = [
    // Sequences of several lengths without padding, in and out of order.
    .init([.init(queries: 0..<5, keys: 0..<5), .init(queries: 5..<12, keys: 5..<12)], isCausal: false),
    .init([.init(queries: 0..<5, keys: 0..<5), .init(queries: 5..<12, keys: 5..<12)], isCausal: true),
    .init([.init(queries: 7..<12, keys: 0..<5), .init(queries: 0..<7, keys: 5..<12)], isCausal: true),
    .init([.init(queries: 0..<12, keys: 0..<12)], isCausal: true),
    // A prefix that others share.
    .init(
      [
        .init(queries: 0..<4, keys: 0..<4), .init(queries: 4..<9, keys: 4..<9, prefix: 0..<4),
        .init(queries: 9..<12, keys: 9..<12, prefix: 0..<4),
      ], isCausal: true),
    // Only the last row of each, nothing of the prefix.
    .init(
      [
        .init(queries: 0..<0, keys: 0..<4), .init(queries: 0..<1, keys: 4..<9, prefix: 0..<4, firstPosition: 4),
        .init(queries: 1..<2, keys: 9..<12, prefix: 0..<4, firstPosition: 2),
      ], isCausal: true),
    // A prefix without own rows, and a query row that attends to nothing.
    .init(
      [.init(queries: 0..<3, keys: 6..<6, prefix: 0..<6), .init(queries: 3..<5, keys: 8..<8)], isCausal: false),
    // As many sequences as make several pieces.
    .init((0..<40).map { .init(queries: 3 * $0..<3 * $0 + 3, keys: 3 * $0..<3 * $0 + 3) }, isCausal: true),
    .init([], isCausal: true),
  ]

  @Test(arguments: layouts.indices)
  func values(index: Int) {
    let layout = Self.layouts[index]
    let queries = layout.sequences.reduce(0) { $0 + $1.queries.count }
    for (heads, width) in [(1, 5), (3, 12), (4, 64)] {
      let (q, kv) = (Tensor.random([queries, width], in: -3...3), Tensor.random([120, 2 * width], in: -3...3))
      let y = Variable.attention(queries: Variable(q), keysAndValues: Variable(kv), heads: heads, layout: layout)
      #expect(y.shape == q.shape)
      #expect(deviation(y.value, from: naive(q, kv, heads: heads, layout)) < 2e-6, "\(heads) heads of width \(width)")
    }
  }

  @Test(arguments: layouts.indices)
  func otherMatrices(index: Int) {
    let layout = Self.layouts[index]
    let queries = layout.sequences.reduce(0) { $0 + $1.queries.count }
    let (q, kv) = (Tensor.random([queries, 12], in: -3...3), Tensor.random([120, 24], in: -3...3))
    let y = Variable.attention(queries: Variable(q), keysAndValues: Variable(kv), heads: 3, layout: layout)
    let prefix = Variable(kv.rows(0..<20))
    let apart = Variable.attention(
      queries: Variable(q), keysAndValues: Variable(kv), prefixKeysAndValues: prefix, heads: 3, layout: layout)
    #expect(apart.value == y.value)
    guard queries == 120 else { return }
    let side = Variable.concatenatingColumns([Variable(q), Variable(kv)])
    #expect(Variable.attention(queriesKeysAndValues: side, heads: 3, layout: layout).value == y.value)
  }

  @Test func largeScoresDoNotOverflow() {
    let layout = AttentionLayout([.init(queries: 0..<6, keys: 0..<6)], isCausal: true)
    let (q, kv) = (Tensor.random([6, 8], in: -90...90), Tensor.random([6, 16], in: -90...90))
    let y = Variable.attention(queries: Variable(q), keysAndValues: Variable(kv), heads: 2, layout: layout)
    #expect(deviation(y.value, from: naive(q, kv, heads: 2, layout)) < 1e-4)
  }

  @Test func whatIsNotSeenDoesNotCount() {
    let layout = AttentionLayout([.init(queries: 0..<6, keys: 0..<6)], isCausal: true)
    let q = Tensor.random([6, 8])
    let kv = Tensor.random([6, 16])
    var changed = kv
    changed.withMutableElements { for column in 0..<16 { $0[5 * 16 + column] = 7 } }
    func attended(_ kv: Tensor) -> Tensor {
      Variable.attention(queries: Variable(q), keysAndValues: Variable(kv), heads: 2, layout: layout).value
    }
    #expect(attended(kv).rows(0..<5) == attended(changed).rows(0..<5))
    #expect(attended(kv).rows(5..<6) != attended(changed).rows(5..<6))
  }
}
