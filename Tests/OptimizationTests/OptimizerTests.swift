import Optimization
import Tensors
import Testing

/// Steps of the optimisers against the rules of PyTorch's documentation in double precision.
struct OptimizerTests {
  private static let start = Tensor(shape: [3], [0.5, -1.25, 2])
  private static let gradients: [[Float]] = [[0.1, -0.2, 0.3], [-0.05, 0.4, 0], [1.5, -0.7, 0.02]]
  private static let sgd = OptimizerConfiguration.sgd(momentum: 0.9, weightDecay: 0.01)
  private static let adamW = OptimizerConfiguration.adamW(beta1: 0.9, beta2: 0.98, epsilon: 1e-6, weightDecay: 0.1)

  private func steps(
    _ optimizer: inout Optimizer, _ parameters: inout ParameterSet, _ gradients: some Sequence<[Float]>, rate: Float,
    decays: Bool = true
  ) {
    for gradient in gradients {
      optimizer.step(
        &parameters, gradients: ["w": Tensor(shape: [3], gradient)], rate: rate, decays: { _ in decays })
    }
  }

  private func weight(
    after configuration: OptimizerConfiguration, rate: Float, decays: Bool = true
  ) throws -> [Float] {
    var optimizer = Optimizer(configuration)
    var parameters = ParameterSet(["w": Self.start])
    steps(&optimizer, &parameters, Self.gradients, rate: rate, decays: decays)
    #expect(optimizer.stepCount == 3)
    return try #require(parameters["w"]).elements
  }

  private func agree(_ found: [Float], _ expected: [Double]) -> Bool {
    zip(found, expected).allSatisfy { abs(Double($0) - $1) < 1e-6 }
  }

  @Test func momentumAndDecay() throws {
    #expect(agree(try weight(after: Self.sgd, rate: 0.1), [0.3296303895, -1.19482947875, 1.905603568]))
  }

  @Test func adamWithDecoupledDecay() throws {
    #expect(
      agree(try weight(after: Self.adamW, rate: 0.01), [0.4793911248598524, -1.2360833901968633, 1.9716525355988157]))
  }

  @Test func decayIsForSome() throws {
    let without = OptimizerConfiguration.adamW(beta1: 0.9, beta2: 0.98, epsilon: 1e-6, weightDecay: 0)
    #expect(try weight(after: Self.adamW, rate: 0.01, decays: false) == weight(after: without, rate: 0.01))
    #expect(try weight(after: Self.adamW, rate: 0.01) != weight(after: without, rate: 0.01))
  }

  /// However large or small gradients are, Adam's first step is the learning rate in their direction.
  @Test(arguments: [Float(1e-3), 1, 1e9])
  func adamDoesNotDependOnTheScale(scale: Float) {
    var optimizer = Optimizer(.promptAdamW)
    var parameters = ParameterSet(["w": Tensor(shape: [2], [0, 0])])
    optimizer.step(&parameters, gradients: ["w": Tensor(shape: [2], [scale, -scale])], rate: 0.25)
    #expect(agree(parameters["w"]?.elements ?? [], [-0.25, 0.25].map { $0 / (1 + 1e-8 / Double(scale)) }))
  }

  @Test(arguments: [sgd, adamW])
  func aStoredOptimiserGoesOn(configuration: OptimizerConfiguration) {
    var (one, uninterrupted) = (Optimizer(configuration), ParameterSet(["w": Self.start]))
    steps(&one, &uninterrupted, Self.gradients, rate: 0.1)
    var (first, parameters) = (Optimizer(configuration), ParameterSet(["w": Self.start]))
    steps(&first, &parameters, Self.gradients[..<1], rate: 0.1)
    var second = Optimizer(configuration, stepCount: first.stepCount, state: first.state)
    #expect(first == second && Set(first.state.keys) == Set(second.state.keys) && !first.state.isEmpty)
    steps(&second, &parameters, Self.gradients[1...], rate: 0.1)
    #expect(second == one && parameters == uninterrupted)
  }

  @Test func whatHasNoGradientStays() {
    var optimizer = Optimizer(Self.sgd)
    var parameters = ParameterSet(["a": Self.start, "b": Self.start])
    optimizer.step(&parameters, gradients: ["a": Tensor(shape: [3], [1, 1, 1])], rate: 0.1)
    #expect(parameters["b"] == Self.start && parameters["a"] != Self.start)
    #expect(optimizer.state.keys.sorted() == ["a#velocity"])
    #expect(parameters.names == ["a", "b"] && parameters.count == 6)
  }

  @Test func valuesOfAComputationDoNotMove() {
    var optimizer = Optimizer(Self.sgd)
    var parameters = ParameterSet(["w": Self.start])
    let (variables, state) = (parameters.variables(), optimizer)
    optimizer.step(&parameters, gradients: ["w": Tensor(shape: [3], [1, 1, 1])], rate: 0.1)
    let (before, stored) = (parameters, optimizer)
    optimizer.step(&parameters, gradients: ["w": Tensor(shape: [3], [1, 1, 1])], rate: 0.1)
    #expect(variables["w"]?.value == Self.start && state.state.isEmpty)
    #expect(stored.state["w#velocity"] != optimizer.state["w#velocity"] && before != parameters)
  }

  @Test func shapesThatDifferStopTheProcess() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var optimizer = Optimizer(.publishedSGD)
      var parameters = ParameterSet(["w": Tensor(shape: [3], repeating: 0)])
      optimizer.step(&parameters, gradients: ["w": Tensor(shape: [2], repeating: 0)], rate: 0.1)
    }
    let said = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(said.contains("of shape [2] for a parameter of shape [3]"))
  }

  @Test func aStateOfAnotherShapeStopsTheProcess() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var optimizer = Optimizer(.publishedSGD, stepCount: 1, state: ["w#velocity": Tensor(0)])
      var parameters = ParameterSet(["w": Tensor(shape: [3], repeating: 0)])
      optimizer.step(&parameters, gradients: ["w": Tensor(shape: [3], repeating: 0)], rate: 0.1)
    }
    let said = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(said.contains("of shape [] for a parameter of shape [3]"))
  }
}
