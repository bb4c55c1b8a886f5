import Tensors
import Testing

@Suite("Every operation's gradient agrees with differences")
struct GradientTests {
  @Test func linear() {
    expectGradientsMatchDifferences(of: [[3, 4], [5, 4], [5]]) { $0[0].linear(weight: $0[1], bias: $0[2]) }
    expectGradientsMatchDifferences(of: [[2, 3, 4], [5, 4]]) { $0[0].linear(weight: $0[1]) }
    expectGradientsMatchDifferences(of: [[3, 4], [5, 4], [5], [3, 5]]) {
      $0[0].linear(weight: $0[1], bias: $0[2], addedTo: $0[3])
    }
    expectGradientsMatchDifferences(of: [[3, 4], [5, 4], [3, 5]]) { $0[0].linear(weight: $0[1], addedTo: $0[2]) }
  }

  @Test(arguments: Activation.allCases)
  func mlp(activation: Activation) {
    expectGradientsMatchDifferences(of: [[3, 4], [6, 4], [6], [5, 6], [5], [3, 5]]) {
      let mlp = MLP(
        hidden: Linear(weight: $0[1], bias: $0[2]), activation, output: Linear(weight: $0[3], bias: $0[4]))
      return mlp($0[0], addedTo: $0[5])
    }
  }

  @Test(arguments: [false, true], [false, true])
  func product(transposeA: Bool, transposeB: Bool) {
    expectGradientsMatchDifferences(of: [transposeA ? [4, 3] : [3, 4], transposeB ? [5, 4] : [4, 5]]) {
      .product($0[0], transposeA: transposeA, $0[1], transposeB: transposeB)
    }
  }

  @Test func arithmetic() {
    expectGradientsMatchDifferences(of: [[2, 3], [2, 3]]) { $0[0] + $0[1] }
    expectGradientsMatchDifferences(of: [[2, 3], [2, 3]]) { $0[0] - $0[1] }
    expectGradientsMatchDifferences(of: [[2, 3], [2, 3]]) { $0[0] * $0[1] }
    expectGradientsMatchDifferences(of: [[2, 3]]) { $0[0] * 1.5 }
    expectGradientsMatchDifferences(of: [[2, 3], []]) { $0[0].scaled(by: $0[1]) }
    expectGradientsMatchDifferences(of: [[2, 3], [3]]) { $0[0].addingToRows($0[1]) }
    expectGradientsMatchDifferences(of: [[2, 3]]) { $0[0].exponential() }
    expectGradientsMatchDifferences(of: [[2, 3]], range: (0.1, 1)) { ($0[0] * -1).abs() }
    expectGradientsMatchDifferences(of: [[2, 3]]) { $0[0].mean() }
    expectGradientsMatchDifferences(of: [[2, 6]]) { $0[0].reshaped([4, 3]) }
    // A variable that is used twice collects both gradients.
    expectGradientsMatchDifferences(of: [[2, 3]]) { $0[0] * $0[0] + $0[0] }
  }

  @Test func activations() {
    expectGradientsMatchDifferences(of: [[3, 7]], range: (-3, 3)) { $0[0].activated(by: .quickGELU) }
    expectGradientsMatchDifferences(of: [[3, 7]], range: (-3, 3)) { $0[0].activated(by: .gelu) }
    expectGradientsMatchDifferences(of: [[3, 7]], range: (0.1, 1)) { ($0[0] * -1).relu() + $0[0].relu() }
  }

  @Test func normalization() {
    expectGradientsMatchDifferences(of: [[3, 8], [8], [8]]) { $0[0].layerNormalized(scale: $0[1], bias: $0[2]) }
    expectGradientsMatchDifferences(of: [[3, 8]]) { $0[0].rowsNormalized() }
  }

  @Test func crossEntropy() {
    let targets = Tensor(shape: [2, 3], [0.2, 0.3, 0.5, 0, 1, 0])
    expectGradientsMatchDifferences(of: [[2, 3]]) { $0[0].logSoftmax() }
    expectGradientsMatchDifferences(of: [[2, 3]]) { $0[0].softmaxCrossEntropy(targets: targets) }
    expectGradientsMatchDifferences(of: [[2, 3]]) { $0[0].softmaxCrossEntropy(labels: [2, 0]) }
  }

  @Test func rows() {
    expectGradientsMatchDifferences(of: [[4, 3]]) { $0[0].gatheringRows([2, 0, 2]) }
    expectGradientsMatchDifferences(of: [[4, 3]]) { $0[0].rows(1..<3) }
    expectGradientsMatchDifferences(of: [[2, 3], [1, 3]]) { .concatenatingRows([$0[0], $0[1]]) }
    expectGradientsMatchDifferences(of: [[2, 3], [2, 1]]) { .concatenatingColumns([$0[0], $0[1]]) }
    var plan = RowPlan()
    plan.append(rows: 0..<3, of: 0)
    plan.replace(at: 1, byRow: 0, of: 1)
    expectGradientsMatchDifferences(of: [[3, 2], [2, 2]]) { .rows(of: $0, plan) }
  }

  @Test func patchEmbedding() {
    let images = Tensor(shape: [2, 3, 4, 5], (0..<120).map { Float($0 % 17) / 17 })
    expectGradientsMatchDifferences(of: [[4, 3, 2, 2]]) { .patchEmbedding(images, weight: $0[0]) }
  }

  @Test(arguments: [
    AttentionLayout([.init(queries: 0..<3, keys: 0..<3), .init(queries: 3..<8, keys: 3..<8)], isCausal: false),
    AttentionLayout([.init(queries: 0..<3, keys: 0..<3), .init(queries: 3..<8, keys: 3..<8)], isCausal: true),
    // A shared prefix that is a sequence of its own; two sequences that follow it.
    AttentionLayout(
      [
        .init(queries: 0..<3, keys: 0..<3), .init(queries: 3..<5, keys: 3..<5, prefix: 0..<3),
        .init(queries: 5..<8, keys: 5..<8, prefix: 0..<3),
      ], isCausal: true),
    // Only the last row of a sequence, and a sequence of which nothing is read.
    AttentionLayout(
      [
        .init(queries: 0..<0, keys: 0..<3), .init(queries: 0..<1, keys: 3..<6, prefix: 0..<3, firstPosition: 2),
        .init(queries: 1..<2, keys: 6..<8, prefix: 0..<3, firstPosition: 1),
      ], isCausal: true),
  ])
  func attention(layout: AttentionLayout) {
    let queries = layout.sequences.reduce(0) { $0 + $1.queries.count }
    expectGradientsMatchDifferences(of: [[queries, 4], [8, 8]]) {
      .attention(queries: $0[0], keysAndValues: $0[1], heads: 2, layout: layout)
    }
    // The same with prefixes that are rows of another matrix.
    expectGradientsMatchDifferences(of: [[queries, 4], [8, 8], [3, 8]]) {
      .attention(
        queries: $0[0], keysAndValues: $0[1], prefixKeysAndValues: $0[2], heads: 2, layout: layout)
    }
    // And with queries, keys and values side by side.
    guard queries == 8 else { return }
    expectGradientsMatchDifferences(of: [[8, 12]]) {
      .attention(queriesKeysAndValues: $0[0], heads: 2, layout: layout)
    }
    expectGradientsMatchDifferences(of: [[8, 12], [3, 8]]) {
      .attention(queriesKeysAndValues: $0[0], prefixKeysAndValues: $0[1], heads: 2, layout: layout)
    }
  }
}
