import CVectorKernels

/// The nonlinearity between the two layers of a transformer's perceptron.
public enum Activation: String, Codable, Sendable, CaseIterable {
  /// x · σ(1.702 x), as OpenAI trained CLIP.
  case quickGELU = "quick_gelu"
  /// x · Φ(x), as OpenCLIP trains.
  case gelu = "gelu"
}

extension Variable {
  /// The activation of every element.
  public func activated(by activation: Activation) -> Variable {
    switch activation {
    case .quickGELU: quickGELU()
    case .gelu: gelu()
    }
  }

  /// x · σ(1.702 x) of every element.
  public func quickGELU() -> Variable { elementwise(rpp_quick_gelu, derivative: rpp_quick_gelu_backward) }

  /// x · Φ(x) of every element, Φ to 1e-7.
  public func gelu() -> Variable { elementwise(rpp_gelu, derivative: rpp_gelu_backward) }

  /// max(x, 0) of every element, with the derivative 0 at 0.
  public func relu() -> Variable {
    let gate = Tensor(shape: shape) { out in
      value.withElements { x in
        for i in x.indices { out.initializeElement(at: i, to: x[i] > 0 ? 1 : 0) }
      }
    }
    return .result(.elementwise(value, gate, rpp_multiply), of: [self]) { dy in
      [.elementwise(dy, gate, rpp_multiply)]
    }
  }

  private func elementwise(_ kernel: Tensor.UnaryKernel, derivative: @escaping Tensor.BinaryKernel) -> Variable {
    let x = value
    return .result(x.mapped(kernel), of: [self]) { dy in [.elementwise(x, dy, derivative)] }
  }
}
