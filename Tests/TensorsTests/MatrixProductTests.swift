import Tensors
import Testing

@Suite("Matrix products agree with a naive loop")
struct MatrixProductTests {
  private func naive(_ a: Tensor, _ transposeA: Bool, _ b: Tensor, _ transposeB: Bool) -> [Double] {
    let (m, k) = transposeA ? (a.columns, a.rows) : (a.rows, a.columns)
    let n = transposeB ? b.rows : b.columns
    let (x, y) = (a.doubles, b.doubles)
    var c = [Double](repeating: 0, count: m * n)
    for i in 0..<m {
      for j in 0..<n {
        var sum = 0.0
        for l in 0..<k {
          sum += x[transposeA ? l * m + i : i * k + l] * y[transposeB ? j * k + l : l * n + j]
        }
        c[i * n + j] = sum
      }
    }
    return c
  }

  // The last sizes are large enough to be cut into pieces, by rows and by columns.
  @Test(arguments: [
    [1, 1, 1], [3, 5, 7], [17, 1, 33], [1, 31, 9], [64, 64, 64], [301, 67, 59], [67, 301, 59], [389, 397, 23],
  ])
  func allTransposes(size: [Int]) {
    let (m, n, k) = (size[0], size[1], size[2])
    for transposeA in [false, true] {
      for transposeB in [false, true] {
        let a = Tensor.random(transposeA ? [k, m] : [m, k], seed: 1)
        let b = Tensor.random(transposeB ? [n, k] : [k, n], seed: 2)
        let c = Tensor.product(a, transposeA: transposeA, b, transposeB: transposeB)
        #expect(c.shape == [m, n])
        #expect(deviation(c, from: naive(a, transposeA, b, transposeB)) < 1e-6, "\(transposeA) \(transposeB)")
      }
    }
  }

  @Test func leadingDimensionsAreRows() {
    let (a, b) = (Tensor.random([2, 3, 4]), Tensor.random([4, 5]))
    #expect(Tensor.product(a, b).shape == [2, 3, 5])
    #expect(Tensor.product(a, b).elements == Tensor.product(a.reshaped([6, 4]), b).elements)
    #expect(Tensor.product(Tensor.random([4]), b).shape == [5])
  }

  @Test func rowsOfAnotherMatrixAreFactors() {
    let (a, b) = (Tensor.random([9, 4]), Tensor.random([4, 5]))
    #expect(Tensor.product(a.rows(3..<7), b) == Tensor.product(Tensor(shape: [4, 4], a.rows(3..<7).elements), b))
  }

  @Test func emptyMatrices() {
    #expect(Tensor.product(Tensor(shape: [0, 3], []), .random([3, 2])).shape == [0, 2])
    #expect(Tensor.product(.random([2, 3]), Tensor(shape: [3, 0], [])).shape == [2, 0])
    #expect(Tensor.product(Tensor(shape: [0, 2], []), transposeA: true, Tensor(shape: [0, 3], [])).shape == [2, 3])
  }

  @Test func sumsOfNothingAreZeroWhateverTheMemoryHeld() {
    for _ in 0..<3 {
      // The pool gives the result memory that holds NaN.
      _ = Tensor(shape: [40, 50], repeating: .nan).elements
      let empty = Tensor.product(Tensor(shape: [40, 0], []), Tensor(shape: [0, 50], []))
      #expect(empty.elements.allSatisfy { $0 == 0 })
      _ = Tensor(shape: [40, 50], repeating: .nan).elements
      #expect(Tensor.product(.random([40, 8]), .random([8, 50])).isFinite)
    }
  }

  @Test(arguments: [Float.nan, .infinity])
  func whatIsNotFiniteIsNotLost(value: Float) {
    var a = Tensor.random([20, 30])
    a.withMutableElements { $0[5 * 30 + 7] = value }
    let c = Tensor.product(a, .random([30, 10]))
    #expect(!c.rows(5..<6).elements.contains { $0.isFinite })
    #expect(c.rows(6..<20).isFinite)
  }
}
