/// Layer normalisation of rows: (x − mean) / √(variance + epsilon) · scale + bias (Ba et al. 2016).
public struct LayerNorm {
  /// `[columns]`.
  public let scale: Variable
  /// `[columns]`.
  public let bias: Variable
  /// What keeps the root away from 0.
  public let epsilon: Float

  /// A normalisation with the given weights; CLIP's epsilon unless another is given.
  public init(scale: Variable, bias: Variable, epsilon: Float = 1e-5) {
    self.scale = scale
    self.bias = bias
    self.epsilon = epsilon
  }

  /// The normalised rows, in the shape of `x`.
  public func callAsFunction(_ x: Variable) -> Variable {
    x.layerNormalized(scale: scale, bias: bias, epsilon: epsilon)
  }
}
