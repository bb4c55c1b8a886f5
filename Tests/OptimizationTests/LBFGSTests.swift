import Foundation
import Optimization
import Tensors
import Testing

/// Minima that are known, and what the minimiser says of its way.
@Suite struct LBFGSTests {
  /// Σ cᵢ (xᵢ − i)² / 2 with curvatures from 1 to 1,000, over two tensors.
  private func quadratic(_ variables: [String: Variable]) -> Variable {
    let parts = ["a", "b"].map { name in
      let x = variables[name]!
      let start = name == "a" ? 0 : 4
      let target = Tensor(shape: [4], (0..<4).map { Float(start + $0) })
      let curvature = Tensor(shape: [4], (0..<4).map { powf(10, 3 * Float(start + $0) / 7) })
      let difference = x - Variable(target)
      return (difference * difference * Variable(curvature)).sum() * 0.5
    }
    return parts[0] + parts[1]
  }

  private let zeros = ParameterSet(["a": Tensor(shape: [4], repeating: 0), "b": Tensor(shape: [4], repeating: 0)])

  /// 100 (y − x²)² + (1 − x)².
  private func rosenbrock(_ variables: [String: Variable]) -> Variable {
    let (x, y) = (variables["x"]!, variables["y"]!)
    let (valley, along) = (y - x * x, Variable(Tensor(shape: [1], [1])) - x)
    return (valley * valley * 100 + along * along).sum()
  }

  private let hard = ParameterSet(["x": Tensor(shape: [1], [-1.2]), "y": Tensor(shape: [1], [1])])

  @Test func theMinimumOfAQuadratic() throws {
    let minimum = try LBFGS(budget: 100).minimum(from: zeros, quadratic)
    for (name, start) in [("a", 0), ("b", 4)] {
      for (index, value) in minimum.parameters[name]!.elements.enumerated() {
        #expect(abs(value - Float(start + index)) < 1e-4)
      }
    }
    #expect(minimum.loss < 1e-7)
    let loose = try LBFGS(budget: 100, gradientTolerance: 1).minimum(from: zeros, quadratic)
    #expect(loose.stop == .gradientSmall && loose.gradientNorm <= 1 && loose.evaluations < minimum.evaluations)
  }

  @Test func theMinimumOfRosenbrocksFunction() throws {
    let minimum = try LBFGS(budget: 100, gradientTolerance: 1e-4).minimum(from: hard, rosenbrock)
    #expect(abs(minimum.parameters["x"]!.scalar - 1) < 1e-3)
    #expect(abs(minimum.parameters["y"]!.scalar - 1) < 2e-3)
    // SciPy's needs 45.
    #expect(minimum.evaluations < 70)
  }

  @Test func logisticRegressionIsSciPys() throws {
    // `logistic.py` beside this file.
    let (rows, columns, classes, strength): (Int, Int, Int, Float) = (60, 5, 3, 0.01)
    var x: [[Double]] = []
    var labels: [Int] = []
    for i in 0..<rows {
      let row = (0..<columns).map { j in sin(1.7 * Double(i) + 0.9 * Double(j * j) + 0.3) }
      let score = row[0] + 0.5 * row[2]
      let part = score > 0.5 ? 2 : score < -0.5 ? 0 : 1
      labels.append((part + (i % 7 == 0 ? 1 : 0)) % classes)
      x.append(row)
    }
    let images = Variable(Tensor(shape: [rows, columns], x.flatMap { $0.map { Float($0) } }))
    let start = ParameterSet([
      "weight": Tensor(shape: [classes, columns], repeating: 0), "bias": Tensor(shape: [classes], repeating: 0),
    ])
    let minimum = try LBFGS(budget: 200, gradientTolerance: 1e-5).minimum(from: start) {
      let weight = $0["weight"]!
      return images.linear(weight: weight, bias: $0["bias"]!).softmaxCrossEntropy(labels: labels)
        + (weight * weight).sum() * (strength / 2)
    }
    #expect(minimum.stop == .gradientSmall)
    #expect(abs(minimum.loss - 0.733464668) < 1e-6)
    #expect(abs(minimum.parameters["weight"]!.elements[0] - (-0.9104591)) < 1e-3)
  }

  @Test func theLossNeverRises() throws {
    for minimum in [
      try LBFGS(budget: 60).minimum(from: hard, rosenbrock), try LBFGS(budget: 60).minimum(from: zeros, quadratic),
    ] {
      #expect(minimum.history.count > 5)
      for (before, after) in zip(minimum.history, minimum.history.dropFirst()) {
        #expect(after.loss <= before.loss && after.evaluations > before.evaluations)
      }
      #expect(minimum.history.last?.loss == minimum.loss && minimum.history.first?.evaluations == 1)
      #expect(minimum.history.last?.gradientNorm == minimum.gradientNorm)
    }
  }

  @Test func theBudgetIsKeptAndTheSameInputGivesTheSameBits() throws {
    for budget in [1, 2, 3, 7, 20] {
      var evaluations = 0
      func counted(_ variables: [String: Variable]) -> Variable {
        evaluations += 1
        return rosenbrock(variables)
      }
      let minimum = try LBFGS(budget: budget).minimum(from: hard, counted)
      #expect(minimum.evaluations == budget && evaluations == budget && minimum.stop == .budget)
      #expect(try LBFGS(budget: budget).minimum(from: hard, rosenbrock) == minimum)
    }
    let start = try LBFGS(budget: 1).minimum(from: hard, rosenbrock)
    #expect(start.parameters == hard && start.history.count == 1)
  }

  @Test func aLossThatIsInfiniteFarOut() throws {
    // e^200x − 100,000 x: infinite from x = 0.44 on, where the first step leads.
    func steep(_ variables: [String: Variable]) -> Variable {
      let x = variables["x"]!
      return ((x * 200).exponential() - x * 100_000).sum()
    }
    let start = ParameterSet(["x": Tensor(shape: [1], [0])])
    let minimum = try LBFGS(budget: 60).minimum(from: start, steep)
    #expect(abs(minimum.parameters["x"]!.scalar - logf(500) / 200) < 1e-5)
    // At the start there is nowhere nearer to look.
    #expect(throws: NonFiniteLoss.self) {
      try LBFGS(budget: 60).minimum(from: ParameterSet(["x": Tensor(shape: [1], [1])]), steep)
    }
    // Other errors are the loss's own.
    struct Refused: Error {}
    #expect(throws: Refused.self) { try LBFGS(budget: 60).minimum(from: start) { _ in throw Refused() } }
  }

  @Test func whatNoStepImprovesStops() throws {
    // |x|: at 0 its derivative is 0; beside it no step of a quadratic model satisfies the curvature condition.
    let start = ParameterSet(["x": Tensor(shape: [1], [0])])
    let settled = try LBFGS(budget: 10).minimum(from: start) { $0["x"]!.abs().sum() }
    #expect(settled.stop == .gradientSmall && settled.evaluations == 1)
    let flat = try LBFGS(budget: 1_000).minimum(from: hard, rosenbrock)
    #expect(flat.stop != .budget && flat.evaluations < 300, "32-bit floats end somewhere")
    let nothing = try LBFGS(budget: 10).minimum(from: ParameterSet()) { _ in Variable(3) }
    #expect(nothing.stop == .gradientSmall && nothing.loss == 3)
  }

  @Test func aParameterThatTheLossIgnoresStays() throws {
    var start = zeros
    start = ParameterSet(["a": start["a"]!, "b": start["b"]!, "c": Tensor(shape: [2], [3, 4])])
    let minimum = try LBFGS(budget: 50).minimum(from: start, quadratic)
    #expect(minimum.parameters["c"] == Tensor(shape: [2], [3, 4]) && minimum.loss < 1e-6)
  }

  @Test func theDecreaseInTheLastPartOfTheBudget() throws {
    let minimum = try LBFGS(budget: 30).minimum(from: hard, rosenbrock)
    #expect(minimum.relativeDecrease(inLast: 1) == 1)
    #expect(minimum.relativeDecrease(inLast: 0) == 0)
    let before = try #require(minimum.history.last { $0.evaluations <= 24 })
    let whole = Double(minimum.history[0].loss) - Double(minimum.loss)
    #expect(minimum.relativeDecrease(inLast: 0.2) == (Double(before.loss) - Double(minimum.loss)) / whole)
  }
}
