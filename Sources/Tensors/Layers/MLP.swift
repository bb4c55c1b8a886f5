/// The two layers behind a transformer's attention: W₂ f(W₁ x + b₁) + b₂ of rows x, f being GELU or quick GELU.
public struct MLP {
  /// W₁ `[hidden, width]` and b₁.
  public let hidden: Linear
  /// f.
  public let activation: Activation
  /// W₂ `[width, hidden]` and b₂.
  public let output: Linear

  /// An MLP of the given layers; both have a bias.
  public init(hidden: Linear, _ activation: Activation, output: Linear) {
    self.hidden = hidden
    self.activation = activation
    self.output = output
  }

  /// residual + W₂ f(W₁ x + b₁) + b₂, in the shape of `residual`.
  public func callAsFunction(_ x: Variable, addedTo residual: Variable) -> Variable {
    x.mlp(self, addedTo: residual)
  }
}
