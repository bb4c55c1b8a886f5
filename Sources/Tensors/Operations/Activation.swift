import CVectorKernels

/// The nonlinearity between the two layers of a transformer's MLP.
public enum Activation: String, Codable, Sendable, CaseIterable {
  /// x · σ(1.702 x), as OpenAI trained CLIP.
  case quickGELU = "quick_gelu"
  /// x · Φ(x), as OpenCLIP trains.
  case gelu = "gelu"

  /// Of every element; may overwrite its input.
  var kernel: Tensor.UnaryKernel {
    switch self {
    case .quickGELU: rpp_quick_gelu
    case .gelu: rpp_gelu
    }
  }

  /// A gradient times the derivative at every element; may overwrite the gradient.
  var derivative: Tensor.BinaryKernel {
    switch self {
    case .quickGELU: rpp_quick_gelu_backward
    case .gelu: rpp_gelu_backward
    }
  }
}

extension Variable {
  /// The activation of every element: x · σ(1.702 x), or x · Φ(x) with Φ to 1e-7.
  public func activated(by activation: Activation) -> Variable {
    let x = value
    return .result(x.mapped(activation.kernel), of: [self]) { dy in [.elementwise(x, dy, activation.derivative)] }
  }

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
}
