import Tensors

/// L-BFGS (Liu and Nocedal 1989): a full-batch quasi-Newton minimiser, whose line search finds steps that satisfy the strong
/// Wolfe conditions; see Nocedal and Wright, "Numerical Optimization", algorithms 7.4, 7.5, 3.5 and 3.6.
///
/// ```swift
/// let minimum = try LBFGS(budget: 200).minimum(from: parameters) { try model(images, parameters: $0).crossEntropy(labels) }
/// print(minimum.loss, minimum.stop, minimum.relativeDecrease(inLast: 0.2))
/// ```
///
/// Parameters and gradients are 32-bit floats, sums over them and the search direction 64-bit. A point where the loss is not
/// finite is a trial that failed, and the line search looks nearer. Nothing is random: the same input gives the same bits.
public struct LBFGS: Equatable, Sendable {
  /// How often the loss and its gradient may be computed, the start included; at least 1.
  public var budget: Int
  /// How many pairs of steps and changes of the gradient model the curvature.
  public var memory: Int
  /// The Euclidean length of the gradient that is small enough to stop at.
  public var gradientTolerance: Double

  /// A minimiser of the given settings.
  public init(budget: Int, memory: Int = 10, gradientTolerance: Double = 0) {
    precondition(budget >= 1 && memory >= 1, "L-BFGS needs a budget of at least one evaluation, and a memory")
    self.budget = budget
    self.memory = memory
    self.gradientTolerance = gradientTolerance
  }

  /// How many accepted steps may leave the loss, as rounded to 32 bits, where it was.
  private static let stepsWithoutProgress = 5

  /// Where the loss is smallest of all points that the minimiser came to.
  ///
  /// - Parameter loss: A scalar computed from the parameters.
  /// - Throws: ``NonFiniteLoss`` if that is so at the start, or what `loss` throws otherwise.
  public func minimum(
    from start: ParameterSet, _ loss: ([String: Variable]) throws -> Variable
  ) throws -> Minimum {
    var evaluations = 1
    var current = Point(start, try lossAndGradients(at: start, loss))
    var history = [Minimum.Iterate(evaluations: 1, loss: current.loss, gradientNorm: current.gradientNorm)]
    var curvature = CurvatureMemory(capacity: memory)
    var stepsWithoutProgress = 0

    func finished(_ stop: Minimum.Stop) -> Minimum {
      Minimum(
        parameters: current.parameters, loss: current.loss, gradientNorm: current.gradientNorm,
        evaluations: evaluations, budget: budget, stop: stop, history: history)
    }

    while true {
      if current.gradientNorm <= gradientTolerance { return finished(.gradientSmall) }
      if stepsWithoutProgress >= Self.stepsWithoutProgress { return finished(.noProgress) }
      if evaluations >= budget { return finished(.budget) }
      var direction = curvature.direction(of: current.gradient)
      var slope = Self.dot(current.gradient, direction)
      if !(slope < 0) {
        // Rounding has made the model of the curvature indefinite.
        curvature.removeAll()
        direction = curvature.direction(of: current.gradient)
        slope = -current.gradientNorm * current.gradientNorm
      }
      // Steepest descent knows no length: it moves by 1 at most.
      let first = curvature.isEmpty ? min(1, 1 / current.gradientNorm) : 1
      let found = try StrongWolfeSearch<Point>(loss: Double(current.loss), slope: slope).trial(from: first) { step in
        guard evaluations < budget else { return nil }
        evaluations += 1
        let moved = current.parameters.moved(along: direction, by: step)
        do {
          let point = Point(moved, try lossAndGradients(at: moved, loss))
          return .init(
            step: step, value: .init(point: point, loss: Double(point.loss), slope: Self.dot(point.gradient, direction))
          )
        } catch is NonFiniteLoss {
          return .init(step: step, value: nil)
        }
      }
      guard let next = found else {
        if evaluations >= budget { return finished(.budget) }
        guard !curvature.isEmpty else { return finished(.noProgress) }
        curvature.removeAll()
        continue
      }
      curvature.add(from: current, to: next)
      stepsWithoutProgress = next.loss < current.loss ? 0 : stepsWithoutProgress + 1
      current = next
      history.append(.init(evaluations: evaluations, loss: current.loss, gradientNorm: current.gradientNorm))
    }
  }

  /// Σ x y in 64 bits.
  private static func dot(_ x: [Float], _ y: [Double]) -> Double {
    zip(x, y).reduce(0) { $0 + Double($1.0) * $1.1 }
  }

  /// Parameters with the loss and its gradient there.
  struct Point {
    let parameters: ParameterSet
    let loss: Float
    /// Of all parameters, in the order of their names; 0 where the loss does not depend on one.
    let gradient: [Float]
    let gradientNorm: Double

    init(_ parameters: ParameterSet, _ result: LossAndGradients) {
      self.parameters = parameters
      loss = result.loss
      gradient = parameters.names.flatMap { name in
        result.gradients[name]?.elements ?? Array(repeating: 0, count: parameters[name]!.count)
      }
      gradientNorm = gradient.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
    }
  }
}

extension ParameterSet {
  /// All numbers in the order of the names.
  var flattened: [Float] { names.flatMap { self[$0]!.elements } }

  /// The parameters plus `step · direction`, rounded.
  fileprivate func moved(along direction: [Double], by step: Double) -> ParameterSet {
    var moved = self
    var place = 0
    for name in names {
      moved[name]!.withMutableElements { elements in
        for index in elements.indices {
          elements[index] = Float(Double(elements[index]) + step * direction[place + index])
        }
        place += elements.count
      }
    }
    return moved
  }
}
