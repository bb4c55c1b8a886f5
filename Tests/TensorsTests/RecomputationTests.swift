import Tensors
import Testing

@Suite("Computing again instead of keeping")
struct RecomputationTests {
  @Test func gradients() {
    expectGradientsMatchDifferences(of: [[2, 3], [2, 3], [3]]) {
      .recomputed(from: $0) { ($0[0] * $0[1]).addingToRows($0[2]).exponential() }
    }
  }

  @Test func theNumbersAreThoseOfTheComputationItself() throws {
    func gradients(_ run: (Variable, Variable) -> Variable) throws -> [Tensor] {
      let (x, w) = (Variable.parameter(.random([4, 3])), Variable.parameter(.random([5, 3])))
      let y = run(x, w)
      let found = (y * y).sum().gradients()
      return [y.value, try #require(found[x]), try #require(found[w])]
    }
    let kept = try gradients { $0.linear(weight: $1).logSoftmax() }
    let recomputed = try gradients { .recomputed(from: [$0, $1]) { $0[0].linear(weight: $0[1]).logSoftmax() } }
    #expect(kept == recomputed)
  }

  @Test func constantsNeedNoSecondPass() {
    var calls = 0
    let y = Variable.recomputed(from: [Variable(Tensor(2))]) {
      calls += 1
      return $0[0] * 3
    }
    #expect(y.value.scalar == 6)
    #expect(!y.requiresGradient)
    #expect(calls == 1)
  }
}
