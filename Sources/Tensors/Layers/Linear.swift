/// An affine map of rows: y = x Wᵀ + b.
///
/// ```swift
/// let head = Linear(weight: weight, bias: bias)
/// let logits = head(features)  // [rows, outputs]
/// ```
public struct Linear {
  /// W, `[outputs, inputs]`, as PyTorch stores it.
  public let weight: Variable
  /// b, `[outputs]`; nil for none.
  public let bias: Variable?

  /// A map of the given weights.
  public init(weight: Variable, bias: Variable? = nil) {
    self.weight = weight
    self.bias = bias
  }

  /// The map of rows `[…, inputs]` to rows `[…, outputs]`.
  ///
  /// - Parameter residual: What the result is added to in the same pass, in its shape; nil for nothing.
  public func callAsFunction(_ x: Variable, addedTo residual: Variable? = nil) -> Variable {
    x.linear(weight: weight, bias: bias, addedTo: residual)
  }

  /// The map to some of the outputs.
  public func outputs(_ range: Range<Int>) -> Linear {
    Linear(
      weight: weight.rows(range),
      bias: bias.map { $0.reshaped([$0.value.count, 1]).rows(range).reshaped([range.count]) })
  }
}
