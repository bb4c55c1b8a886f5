import Basics
import CVectorKernels
import Foundation
import Tensors

/// An optimiser with its state, which together with the parameters decides every further step.
public struct Optimizer: Sendable, Equatable {
  /// Which rule.
  public let configuration: OptimizerConfiguration
  /// How many steps were made.
  public private(set) var stepCount = 0
  /// Running means by parameter, named `NAME#velocity`, `NAME#first`, `NAME#second`.
  public private(set) var state: [String: Tensor] = [:]

  /// An optimiser that has made no step.
  public init(_ configuration: OptimizerConfiguration) { self.configuration = configuration }

  /// An optimiser that goes on where another was stored.
  public init(_ configuration: OptimizerConfiguration, stepCount: Int, state: [String: Tensor]) {
    self.configuration = configuration
    self.stepCount = stepCount
    self.state = state
  }

  /// Moves every parameter that has a gradient.
  ///
  /// - Parameters:
  ///   - rate: The learning rate of this step.
  ///   - decays: Whether weight decay applies to the parameter of a name.
  public mutating func step(
    _ parameters: inout ParameterSet, gradients: [String: Tensor], rate: Float, decays: (String) -> Bool = { _ in true }
  ) {
    stepCount += 1
    for name in parameters.names {
      guard let gradient = gradients[name] else { continue }
      switch configuration {
      case .sgd(let momentum, let weightDecay):
        update(&parameters[name]!, ["\(name)#velocity"], gradient) { n, gradient, state, weight in
          rpp_sgd(n, rate, momentum, decays(name) ? weightDecay : 0, gradient, state[0], weight)
        }
      case .adamW(let beta1, let beta2, let epsilon, let weightDecay):
        let corrections = (correction(beta1), correction(beta2))
        update(&parameters[name]!, ["\(name)#first", "\(name)#second"], gradient) { n, gradient, state, weight in
          rpp_adamw(
            n, rate, beta1, beta2, epsilon, decays(name) ? weightDecay : 0, corrections.0, corrections.1, gradient,
            state[0], state[1], weight)
        }
      }
    }
  }

  /// 1 − βᵗ: what a running mean that began at 0 is divided by.
  private func correction(_ beta: Float) -> Float { Float(1 - pow(Double(beta), Double(stepCount))) }

  private mutating func update(
    _ weight: inout Tensor, _ keys: [String], _ gradient: Tensor,
    _ rule: (Int, UnsafePointer<Float>?, [UnsafeMutablePointer<Float>], UnsafeMutablePointer<Float>?) -> Void
  ) {
    var buffers = keys.map { state.removeValue(forKey: $0) ?? Tensor(shape: weight.shape, repeating: 0) }
    for other in [gradient] + buffers where other.shape != weight.shape {
      fatalError("optimiser: a gradient or state of shape \(other.shape) for a parameter of shape \(weight.shape)")
    }
    let pointers = buffers.indices.map { index in buffers[index].withMutableElements { $0.baseAddress! } }
    weight.withMutableElements { weight in
      gradient.withElements { gradient in rule(weight.count, gradient.baseAddress, pointers, weight.baseAddress) }
    }
    for (key, buffer) in zip(keys, buffers) { state[key] = buffer }
  }
}
