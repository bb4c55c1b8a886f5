import Tensors
import Testing

/// What a computation remembers, and for how long.
struct TapeTests {
  @Test(arguments: [false, true])
  func deepChainsDoNotExhaustTheStack(differentiated: Bool) {
    let x = Variable.parameter(Tensor(1))
    var y = x
    for _ in 0..<200_000 { y = y * 1 }
    if differentiated { #expect(y.gradients()[x]?.scalar == 1) }
  }

  @Test func aNodeThatIsStillUsedOutlivesTheChain() {
    let x = Variable.parameter(Tensor(3))
    let square = x * x
    do {
      var y = square
      for _ in 0..<100 { y = y + square }
      #expect(y.value.scalar == 909)
    }
    #expect(square.gradients()[x]?.scalar == 6)
  }

  @Test func whatIsUsedOftenCollectsAllGradients() {
    let x = Variable.parameter(Tensor(1))
    var y = x
    for _ in 0..<20 { y = y + y }
    #expect(y.gradients()[x]?.scalar == 1_048_576)
  }

  @Test func constantsGetNoGradientAndAreNotRemembered() {
    let (x, constant) = (Variable.parameter(Tensor(2)), Variable(3))
    let gradients = (x * constant + constant).gradients()
    #expect(gradients[constant] == nil && gradients[x]?.scalar == 3)
    #expect(!(constant * constant).requiresGradient && !x.detached.requiresGradient)
    #expect((x * x.detached).gradients()[x]?.scalar == 2)
    #expect(gradients[.parameter(Tensor(2))] == nil)
    #expect(constant.gradients()[x] == nil)
  }

  @Test func gradientsAreThoseOfTheirParametersAlone() {
    let gradients = {
      let x = Variable.parameter(Tensor(2))
      return (x * x).gradients()
    }()
    // None of these may take the place in memory, and with it the gradient, of one that is gone.
    for _ in 0..<1000 { #expect(gradients[.parameter(Tensor(2))] == nil) }
  }

  @Test func whatIsNotReachedStaysForLater() {
    let x = Variable.parameter(Tensor(2))
    let (one, other) = (x * 3, x * 5)
    #expect(one.gradients()[x]?.scalar == 3)
    #expect(other.gradients()[x]?.scalar == 5)
  }
}
