import Optimization
import Tensors
import Testing

struct GradientClippingTests {
  @Test func theNormIsThatOfAll() {
    let gradients = [
      "a": Tensor(shape: [2], [3, 0]), "b": Tensor(shape: [1, 2], [0, -4]), "c": Tensor(shape: [0], []),
    ]
    #expect(GradientClipping.norm(of: gradients) == 5)
    #expect(GradientClipping.norm(of: [:]) == 0)
    // Squares that 32-bit floats do not hold.
    #expect(GradientClipping.norm(of: ["a": Tensor(shape: [2], [3e30, 4e30])]) == 5e30)
  }

  @Test func onlyLongOnesAreShortened() {
    #expect(GradientClipping.factor(norm: 5, largest: 1) == 0.2)
    #expect(GradientClipping.factor(norm: 0.5, largest: 1) == 1)
    #expect(GradientClipping.factor(norm: 0, largest: 1) == 1)
  }
}
