import Basics
import Foundation
import Tensors
import Testing

/// Results have the same bits at any number of threads.
struct ThreadCountTests {
  /// A hash of the values and gradients of operations large enough to be cut into pieces.
  private static func fingerprint(threads: Int) -> UInt64 {
    // Read once, at the first parallel work of the process.
    setenv("RPP_NUM_THREADS", "\(threads)", 1)
    precondition(Parallel.threadCount == threads)
    let width = 96
    let x = Variable.parameter(.random([600, width]))
    let weight = Variable.parameter(.random([3 * width, width], seed: 2))
    let bias = Variable.parameter(.random([3 * width], seed: 3))
    let (scale, shift) = (Variable.parameter(.random([width], seed: 4)), Variable.parameter(.random([width], seed: 5)))
    let normed = x.layerNormalized(scale: scale, bias: shift)
    let queries = normed.linear(weight: weight.rows(0..<width))
    let keysAndValues = normed.linear(weight: weight.rows(width..<3 * width)).activated(by: .gelu)
    func attended(_ layout: AttentionLayout) -> Variable {
      .attention(queries: queries, keysAndValues: keysAndValues, heads: 4, layout: layout)
    }
    let separate = attended(
      .init((0..<60).map { .init(queries: 10 * $0..<10 * $0 + 10, keys: 10 * $0..<10 * $0 + 10) }, isCausal: false))
    let prefix = attended(
      .init(
        [.init(queries: 0..<20, keys: 0..<20)]
          + (1..<30).map { .init(queries: 20 * $0..<20 * $0 + 20, keys: 20 * $0..<20 * $0 + 20, prefix: 0..<20) },
        isCausal: true))
    let hidden = (separate + prefix).linear(weight: weight, bias: bias).activated(by: .quickGELU)
    let side = Variable.concatenatingColumns([queries, keysAndValues])
    let vision = Variable.attention(
      queriesKeysAndValues: side, prefixKeysAndValues: keysAndValues.rows(0..<3), heads: 4,
      layout: .init(
        (0..<6).map { .init(queries: 100 * $0..<100 * $0 + 100, keys: 100 * $0..<100 * $0 + 100, prefix: 0..<3) },
        isCausal: false))
    let mlp = MLP(
      hidden: Linear(weight: weight, bias: bias), .gelu,
      output: Linear(weight: Variable(.random([width, 3 * width], seed: 6)), bias: shift))
    let residual = mlp(vision, addedTo: prefix)
    let loss =
      residual.mean() + hidden.softmaxCrossEntropy(labels: (0..<600).map { $0 % (3 * width) })
      + Variable.product(hidden, transposeA: true, hidden).mean()
    let gradients = loss.gradients()
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for tensor in [loss.value] + [x, weight, bias, scale, shift].compactMap({ gradients[$0] }) {
      for bits in tensor.bits { hash = (hash ^ UInt64(bits)) &* 0x100_0000_01b3 }
    }
    return hash
  }

  @Test func oneTwoAndFiveAgree() async throws {
    var seen: [String] = []
    for threads in [1, 2, 5] {
      let result = await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
        [threads = threads as Int] in
        FileHandle.standardError.write(Data("fingerprint \(ThreadCountTests.fingerprint(threads: threads))\n".utf8))
      }
      let lines = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self).split(separator: "\n")
      seen.append(String(try #require(lines.first { $0.hasPrefix("fingerprint ") })))
    }
    #expect(Set(seen).count == 1, "\(seen)")
  }
}
