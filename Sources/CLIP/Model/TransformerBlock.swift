import Tensors

/// One residual block: x + attention(ln₁ x), then x + perceptron(ln₂ x), on packed rows.
struct TransformerBlock {
  private let firstNorm: (scale: Variable, bias: Variable)
  private let secondNorm: (scale: Variable, bias: Variable)
  private let query: (weight: Variable, bias: Variable)
  private let keyAndValue: (weight: Variable, bias: Variable)
  private let output: (weight: Variable, bias: Variable)
  private let hidden: (weight: Variable, bias: Variable)
  private let projection: (weight: Variable, bias: Variable)
  private let heads: Int
  private let activation: Activation

  init(_ tower: CLIPConfiguration.Tower, activation: Activation, named name: (String) -> Variable) {
    let width = tower.width
    let (weight, bias) = (name("attn.in_proj_weight"), name("attn.in_proj_bias").reshaped([3 * width, 1]))
    query = (weight.rows(0..<width), bias.rows(0..<width).reshaped([width]))
    keyAndValue = (weight.rows(width..<3 * width), bias.rows(width..<3 * width).reshaped([2 * width]))
    output = (name("attn.out_proj.weight"), name("attn.out_proj.bias"))
    firstNorm = (name("ln_1.weight"), name("ln_1.bias"))
    secondNorm = (name("ln_2.weight"), name("ln_2.bias"))
    hidden = (name("mlp.c_fc.weight"), name("mlp.c_fc.bias"))
    projection = (name("mlp.c_proj.weight"), name("mlp.c_proj.bias"))
    heads = tower.heads
    self.activation = activation
  }

  /// - Parameters:
  ///   - x: The rows that enter, `[rows, width]`.
  ///   - layout: Which rows are a sequence.
  ///   - read: The rows that leave, in the order of the layout's queries; nil for all.
  func callAsFunction(_ x: Variable, layout: AttentionLayout, read: [Int]? = nil) -> Variable {
    let normed = x.layerNormalized(scale: firstNorm.scale, bias: firstNorm.bias)
    let asking = read.map { normed.gatheringRows($0) } ?? normed
    let attended = Variable.attention(
      queries: asking.linear(weight: query.weight, bias: query.bias),
      keysAndValues: normed.linear(weight: keyAndValue.weight, bias: keyAndValue.bias), heads: heads, layout: layout)
    let kept = read.map { x.gatheringRows($0) } ?? x
    let y = kept + attended.linear(weight: output.weight, bias: output.bias)
    return y
      + y.layerNormalized(scale: secondNorm.scale, bias: secondNorm.bias)
      .linear(weight: hidden.weight, bias: hidden.bias).activated(by: activation)
      .linear(weight: projection.weight, bias: projection.bias)
  }
}
