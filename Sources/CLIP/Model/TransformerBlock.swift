import Tensors

/// One residual block: x + attention(ln₁ x), then x + perceptron(ln₂ x), on packed rows.
struct TransformerBlock {
  /// Prompt rows whose queries, keys and values do not come from the residual stream.
  struct Prompt {
    let attention: AttentionPrompt
    /// The key rows, put together from those of the residual stream (source 0) and of the prompts (1); nil where the prompts'
    /// are the prefixes of the layout.
    let keyPlan: RowPlan?
    /// The query rows likewise; nil where nothing reads what leaves the prompt rows.
    let queryPlan: RowPlan?
  }

  private let firstNorm: (scale: Variable, bias: Variable)
  private let secondNorm: (scale: Variable, bias: Variable)
  private let queryKeyAndValue: (weight: Variable, bias: Variable)
  private let query: (weight: Variable, bias: Variable)
  private let keyAndValue: (weight: Variable, bias: Variable)
  private let output: (weight: Variable, bias: Variable)
  private let hidden: (weight: Variable, bias: Variable)
  private let projection: (weight: Variable, bias: Variable)
  private let tower: CLIPConfiguration.Tower
  private let activation: Activation

  init(_ tower: CLIPConfiguration.Tower, activation: Activation, named name: (String) -> Variable) {
    let width = tower.width
    queryKeyAndValue = (name("attn.in_proj_weight"), name("attn.in_proj_bias"))
    let (weight, bias) = (queryKeyAndValue.weight, queryKeyAndValue.bias.reshaped([3 * width, 1]))
    query = (weight.rows(0..<width), bias.rows(0..<width).reshaped([width]))
    keyAndValue = (weight.rows(width..<3 * width), bias.rows(width..<3 * width).reshaped([2 * width]))
    output = (name("attn.out_proj.weight"), name("attn.out_proj.bias"))
    firstNorm = (name("ln_1.weight"), name("ln_1.bias"))
    secondNorm = (name("ln_2.weight"), name("ln_2.bias"))
    hidden = (name("mlp.c_fc.weight"), name("mlp.c_fc.bias"))
    projection = (name("mlp.c_proj.weight"), name("mlp.c_proj.bias"))
    self.tower = tower
    self.activation = activation
  }

  /// - Parameters:
  ///   - x: The rows that enter, `[rows, width]`.
  ///   - layout: Which rows are a sequence.
  ///   - read: The rows that leave, in the order of the layout's queries; nil for all.
  func callAsFunction(
    _ x: AssembledRows, layout: AttentionLayout, read: [Int]? = nil, prompt: Prompt? = nil
  ) -> Variable {
    let own = prompt.map { attentionRows($0.attention) }
    let prefix = prompt?.keyPlan == nil ? own?.keysAndValues : nil
    let all = x.whole
    let kept = read.map { all.gatheringRows($0) } ?? all
    let attended: Variable
    if read == nil, prompt?.keyPlan == nil {
      let rows = x.mapped { normed($0).linear(weight: queryKeyAndValue.weight, bias: queryKeyAndValue.bias) }
      attended = .attention(
        queriesKeysAndValues: rows, prefixKeysAndValues: prefix, heads: tower.heads, layout: layout)
    } else {
      var queries =
        read == nil
        ? x.mapped { normed($0).linear(weight: query.weight, bias: query.bias) }
        : normed(kept).linear(weight: query.weight, bias: query.bias)
      var keysAndValues = x.mapped { normed($0).linear(weight: keyAndValue.weight, bias: keyAndValue.bias) }
      if let own, let plan = prompt?.keyPlan { keysAndValues = .rows(of: [keysAndValues, own.keysAndValues], plan) }
      if let rows = own?.queries, let plan = prompt?.queryPlan { queries = .rows(of: [queries, rows], plan) }
      attended = .attention(
        queries: queries, keysAndValues: keysAndValues, prefixKeysAndValues: prefix, heads: tower.heads,
        layout: layout)
    }
    let y = attended.linear(weight: output.weight, bias: output.bias, addedTo: kept)
    return y.layerNormalized(scale: secondNorm.scale, bias: secondNorm.bias)
      .perceptron(hidden: hidden, activation, output: projection, addedTo: y)
  }

  private func normed(_ x: Variable) -> Variable { x.layerNormalized(scale: firstNorm.scale, bias: firstNorm.bias) }

  /// The query, and key and value, rows that rows entering the layer have.
  func attentionRows(
    queries: Variable?, keys: Variable, values: Variable
  ) -> (queries: Variable?, keys: Variable, values: Variable) {
    let width = tower.width
    let bias = keyAndValue.bias.reshaped([2 * width, 1])
    return (
      queries.map { normed($0).linear(weight: query.weight, bias: query.bias) },
      normed(keys).linear(
        weight: keyAndValue.weight.rows(0..<width), bias: bias.rows(0..<width).reshaped([width])),
      normed(values).linear(
        weight: keyAndValue.weight.rows(width..<2 * width), bias: bias.rows(width..<2 * width).reshaped([width]))
    )
  }

  private func attentionRows(_ prompt: AttentionPrompt) -> (queries: Variable?, keysAndValues: Variable) {
    switch prompt.space {
    case .projected:
      return (prompt.queries, .concatenatingColumns([prompt.keys, prompt.values]))
    case .token:
      let rows = attentionRows(queries: prompt.queries, keys: prompt.keys, values: prompt.values)
      return (rows.queries, .concatenatingColumns([rows.keys, rows.values]))
    }
  }
}
