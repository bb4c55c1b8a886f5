import Basics
import Tensors
import Testing

/// Products with frozen matrices in bf16.
@Suite("Half precision", .enabled(if: HalfPrecision.isSupported, "this processor has no bf16 instructions"))
struct HalfPrecisionTests {
  private static func matrix(_ rows: Int, _ columns: Int, _ name: String) -> Tensor {
    var stream = RandomStream(name: "half \(name)")
    return Tensor(shape: [rows, columns], (0..<rows * columns).map { _ in Float(stream.uniform(-1, 1)) })
  }

  private static func rounded(_ tensor: Tensor) -> Tensor {
    Tensor(
      shape: tensor.shape,
      tensor.elements.map { element in
        let bits = element.bitPattern
        return Float(bitPattern: (bits &+ 0x7FFF &+ ((bits >> 16) & 1)) & 0xFFFF_0000)
      })
  }

  private static func expectClose(_ found: Tensor, _ wanted: Tensor, _ terms: Int, _ what: String) {
    #expect(found.shape == wanted.shape)
    let apart = zip(found.elements, wanted.elements).map { abs($0 - $1) }.max()!
    #expect(apart <= 1e-6 * Float(terms), "\(what): \(apart)")
  }

  /// What is rounded is A and B; sums are those of 32 bits. Sizes leave remainders in rows, columns and depth.
  @Test(arguments: [(1, 8, 8), (7, 33, 65), (64, 96, 80), (65, 512, 130), (200, 130, 512), (129, 64, 1)])
  func areProductsOfRoundedMatrices(m: Int, k: Int, n: Int) {
    let (a, w, wide) = (Self.matrix(m, k, "a"), Self.matrix(n, k, "w"), Self.matrix(k, n, "wide"))
    let (ra, rw, rwide) = (Self.rounded(a), Self.rounded(w), Self.rounded(wide))
    Self.expectClose(
      Tensor.product(a, w.inHalfPrecision, transposeB: true), Tensor.product(ra, rw, transposeB: true), k, "transposed")
    Self.expectClose(Tensor.product(a, wide.inHalfPrecision), Tensor.product(ra, rwide), k, "plain")
    let bias = Tensor(shape: [n], Self.matrix(1, n, "bias").elements)
    let residual = Self.matrix(m, n, "residual")
    Self.expectClose(
      Variable(a).linear(weight: Variable(w.inHalfPrecision), bias: Variable(bias), addedTo: Variable(residual)).value,
      Variable(ra).linear(weight: Variable(rw), bias: Variable(bias), addedTo: Variable(residual)).value, k,
      "with bias and residual")
    // Some rows of a matrix.
    let part = n / 3..<n
    Self.expectClose(
      Tensor.product(a, w.inHalfPrecision.rows(part), transposeB: true),
      Tensor.product(ra, rw.rows(part), transposeB: true), k, "a part")
  }

  /// The gradient of the rows is the product with the same rounded matrix.
  @Test func gradientsFlow() {
    let (x, w) = (Self.matrix(70, 48, "x"), Self.matrix(40, 48, "w"))
    let weights = Self.matrix(70, 40, "dy")
    let input = Variable.parameter(x)
    let y = input.linear(weight: Variable(w.inHalfPrecision))
    let dx = (y * Variable(weights)).sum().gradients()[input]!
    Self.expectClose(dx, Tensor.product(Self.rounded(weights), Self.rounded(w)), 48, "gradient")
  }

  /// The same bits wherever a row stands and however many threads work: blocks follow from the shape.
  @Test func rowsDoNotDependOnOthers() {
    let (a, w) = (Self.matrix(150, 96, "a"), Self.matrix(72, 96, "w").inHalfPrecision)
    let all = Tensor.product(a, w, transposeB: true)
    for range in [0..<1, 63..<65, 100..<150] {
      #expect(Tensor.product(a.rows(range), w, transposeB: true) == all.rows(range))
    }
  }

  /// What is changed is not in half precision any more.
  @Test func changedMatricesAreNotStale() {
    var w = Self.matrix(8, 8, "w").inHalfPrecision
    let a = Self.matrix(4, 8, "a")
    _ = Tensor.product(a, w, transposeB: true)
    w.withMutableElements { $0[0] = 5 }
    #expect(
      Tensor.product(a, w, transposeB: true) == Tensor.product(a, Tensor(shape: [8, 8], w.elements), transposeB: true))
  }
}
