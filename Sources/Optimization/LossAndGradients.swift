import Basics
import Tensors

/// The value of a loss and its gradients.
public struct LossAndGradients {
  /// The value.
  public let loss: Float
  /// The gradients by parameter; without those that the loss does not depend on.
  public let gradients: [String: Tensor]
}

/// A loss or a gradient that is infinite or not a number.
public struct NonFiniteLoss: Error, Equatable, Sendable, CustomStringConvertible {
  /// What is not finite: `the loss is nan`, or `the gradient of context is not finite`.
  public let description: String
}

/// The loss at some parameters and its gradients with respect to them: what every training loop computes before
/// ``Optimizer/step(_:gradients:rate:decays:)``, and all that a full-batch minimiser needs.
///
/// ```swift
/// let result = try lossAndGradients(at: parameters) { try model(batch, parameters: $0) }
/// optimizer.step(&parameters, gradients: result.gradients, rate: 0.002)
/// ```
///
/// Where several ranks compute (``Ranks``), each has the same loss and its part of the gradients; these are summed.
///
/// - Parameter loss: A scalar computed from the parameters.
/// - Throws: ``NonFiniteLoss``, or what `loss` throws.
public func lossAndGradients(
  at parameters: ParameterSet, _ loss: ([String: Variable]) throws -> Variable
) throws -> LossAndGradients {
  let variables = parameters.variables()
  let scalar = try loss(variables)
  let value = scalar.value.scalar
  guard value.isFinite else { throw NonFiniteLoss(description: "the loss is \(value)") }
  let found = scalar.gradients()
  let gradients = summedOverRanks(variables.mapValues { found[$0] }, like: parameters)
  if let name = gradients.keys.sorted().first(where: { !gradients[$0]!.isFinite }) {
    throw NonFiniteLoss(description: "the gradient of \(name) is not finite")
  }
  return LossAndGradients(loss: value, gradients: gradients)
}

/// The sum of every gradient over the ranks; nil is 0, and stays away where no rank has another.
private func summedOverRanks(_ parts: [String: Tensor?], like parameters: ParameterSet) -> [String: Tensor] {
  guard Ranks.count > 1 else { return parts.compactMapValues(\.self) }
  let names = parts.keys.sorted()
  let wanted = Ranks.anyIsTrue(names.map { parts[$0]! != nil })
  let sought = zip(names, wanted).compactMap { $1 ? $0 : nil }
  // In one piece: what takes time between machines is the number of messages.
  var all = sought.flatMap { name in
    parts[name]!?.elements ?? [Float](repeating: 0, count: parameters[name]!.count)
  }
  all.withUnsafeMutableBufferPointer { Ranks.group.sum($0) }
  var sums: [String: Tensor] = [:]
  var start = 0
  for name in sought {
    let shape = parameters[name]!.shape
    let end = start + parameters[name]!.count
    sums[name] = Tensor(shape: shape, Array(all[start..<end]))
    start = end
  }
  return sums
}
