import Foundation
import Tensors
import Testing

/// The functions of single elements against those of the C library in double precision, from −100 to 100.
struct ElementwiseTests {
  // A number of elements that no vector length divides.
  static let inputs = Tensor(shape: [20_003], (0..<20_003).map { -100 + 200 * Float($0) / 20_002 })

  /// The largest error, relative to the exact value, but to `floor` where that is smaller.
  private func error(
    _ found: Tensor, floor: Double, _ exact: (Double) -> Double, where isCounted: (Double) -> Bool = { _ in true }
  ) -> Double {
    zip(found.doubles, Self.inputs.doubles).filter { isCounted($0.1) }.reduce(0) { largest, pair in
      let expected = exact(pair.1)
      let error = abs(pair.0 - expected) / max(abs(expected), floor)
      return error.isNaN ? .infinity : max(largest, error)
    }
  }

  private func slope(_ function: (Variable) -> Variable) throws -> Tensor {
    let x = Variable.parameter(Self.inputs)
    return try #require(function(x).sum().gradients()[x])
  }

  private func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
  private func cdf(_ x: Double) -> Double { 0.5 * erfc(-x / 2.0.squareRoot()) }
  private func density(_ x: Double) -> Double { exp(-x * x / 2) / (2 * Double.pi).squareRoot() }

  @Test func exponential() {
    let y = Variable(Self.inputs).exponential().value
    #expect(error(y, floor: 1e-37, exp) { abs($0) < 87 } < 1.5e-7)
    // Beyond, what has no 32-bit float is infinite or 0.
    for (x, y) in zip(Self.inputs.elements, y.elements) {
      if x > 88.8 { #expect(y == .infinity) }
      if x < -88 { #expect(y == 0) }
    }
  }

  @Test func quickGELU() throws {
    let y = Variable(Self.inputs).activated(by: .quickGELU).value
    #expect(error(y, floor: 1e-30, { $0 * sigmoid(1.702 * $0) }) < 2e-5)
    #expect(error(y, floor: 1e-2, { $0 * sigmoid(1.702 * $0) }) < 1e-6)
    let slope = try slope { $0.activated(by: .quickGELU) }
    #expect(
      error(slope, floor: 1) {
        let s = sigmoid(1.702 * $0)
        return s + 1.702 * $0 * s * (1 - s)
      } < 1e-6)
  }

  @Test func gelu() throws {
    let y = Variable(Self.inputs).activated(by: .gelu).value
    #expect(error(y, floor: 1, { $0 * cdf($0) }) < 5e-7)
    #expect(error(try slope { $0.activated(by: .gelu) }, floor: 1) { cdf($0) + $0 * density($0) } < 5e-7)
  }

  @Test func relu() {
    #expect(Variable(Self.inputs).relu().value.elements == Self.inputs.elements.map { max($0, 0) })
  }

  @Test(arguments: 1...40)
  func notANumberStaysSoWhereverItStands(count: Int) {
    for place in [0, count / 2, count - 1] {
      var x = Tensor.random([count])
      x.withMutableElements { $0[place] = .nan }
      let v = Variable(x)
      for y in [
        v.exponential(), v.activated(by: .quickGELU), v.activated(by: .gelu), v.relu(), v * v, v + v, v * 2,
        v.abs(),
      ] {
        #expect(y.value.elements.indices.filter { y.value.elements[$0].isNaN } == [place])
      }
      let one = Variable(Tensor(shape: [count], repeating: 1))
      for y in [v.logSoftmax(), v.rowsNormalized(), v.layerNormalized(scale: one, bias: one), v.sum()] {
        #expect(y.value.elements.allSatisfy { $0.isNaN })
      }
    }
  }

  @Test func infinity() {
    let x = Variable(Tensor(shape: [2], [.infinity, -.infinity]))
    #expect(x.exponential().value.elements == [.infinity, 0])
    #expect(x.activated(by: .quickGELU).value.elements[0] == .infinity)
    #expect(x.activated(by: .gelu).value.elements[0] == .infinity)
    #expect(x.abs().value.elements == [.infinity, .infinity])
  }

  @Test func nothing() {
    let x = Variable.parameter(Tensor(shape: [0, 3], []))
    let y = x.exponential().activated(by: .quickGELU).activated(by: .gelu).relu().rowsNormalized().logSoftmax() * 2 + x
    #expect(y.shape == [0, 3])
    #expect(y.sum().value.scalar == 0)
    #expect(y.sum().gradients()[x]?.shape == [0, 3])
  }
}
