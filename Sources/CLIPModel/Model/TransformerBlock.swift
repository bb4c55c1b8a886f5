import Tensors

/// One residual block on packed rows: y = x + attn(ln_1 x), then y + mlp(ln_2 y).
struct TransformerBlock {
  private let ln1: LayerNorm
  private let attention: SelfAttention
  private let ln2: LayerNorm
  private let mlp: MLP

  init(_ tower: CLIPConfiguration.Tower, activation: Activation, named name: (String) -> Variable) {
    func linear(_ layer: String) -> Linear { Linear(weight: name("\(layer).weight"), bias: name("\(layer).bias")) }
    func norm(_ layer: String) -> LayerNorm { LayerNorm(scale: name("\(layer).weight"), bias: name("\(layer).bias")) }
    ln1 = norm("ln_1")
    attention = SelfAttention(
      queryKeyValue: Linear(weight: name("attn.in_proj_weight"), bias: name("attn.in_proj_bias")),
      output: linear("attn.out_proj"), heads: tower.heads)
    ln2 = norm("ln_2")
    mlp = MLP(hidden: linear("mlp.c_fc"), activation, output: linear("mlp.c_proj"))
  }

  /// The rows that leave the block.
  ///
  /// - Parameters:
  ///   - x: The rows that enter, `[rows, width]`.
  ///   - prompt: Where the queries, keys and values of prompt rows come from.
  ///   - layout: Which rows are a sequence.
  ///   - read: The rows that leave, in the order of the layout's queries; nil for all.
  func callAsFunction(
    _ x: AssembledRows, prompt: PromptAttention = .residualStream, layout: AttentionLayout, read: [Int]? = nil
  ) -> Variable {
    let all = x.whole
    // In the last layer few rows are read, and only these need queries, an output projection and an MLP.
    let leaving = read.map { all.gatheringRows($0) } ?? all
    let queryRows = read.map { _ in AssembledRows(ln1(leaving)) }
    let y = attention(x.map(ln1), queryRows: queryRows, prompt, layout: layout, addedTo: leaving)
    return mlp(ln2(y), addedTo: y)
  }

  /// See ``SelfAttention/attentionToPrompts(_:_:layout:promptRows:)``, of the rows that enter.
  func attentionToPrompts(
    _ x: AssembledRows, _ prompt: PromptAttention, layout: AttentionLayout, promptRows: [Int]
  ) -> [Double] {
    attention.attentionToPrompts(x.map(ln1), prompt, layout: layout, promptRows: promptRows)
  }

  /// The queries, keys and values that rows entering the layer have.
  func attentionRows(of x: Variable) -> (queries: Variable, keys: Variable, values: Variable) {
    let rows = ln1(x)
    return (attention.query(rows), attention.key(rows), attention.value(rows))
  }

  /// Learned queries as the layer's attention takes them.
  func queries(_ learned: Variable, in space: LayerPrompt.Space) -> Variable {
    space == .token ? attention.query(ln1(learned)) : learned
  }

  /// Learned keys and values side by side, `[n, 2 · width]`, as the layer's attention takes them.
  func keysAndValues(_ learned: LayerPrompt.KeysAndValues) -> Variable {
    switch learned.space {
    case .token:
      .concatenatingColumns([attention.key(ln1(learned.keys)), attention.value(ln1(learned.values))])
    case .projected:
      .concatenatingColumns([learned.keys, learned.values])
    }
  }
}

// What a block takes, counted beside what it does.
extension CLIPConfiguration.Tower {
  /// Floating-point operations of a block's linear maps: key and value rows, query rows, and for each row that leaves the
  /// output projection and the MLP.
  func operationsOfMaps(keys: Double, queries: Double, leaving: Double) -> Double {
    let (width, hidden) = (Double(width), Double(hiddenWidth))
    return 2 * width * width * (2 * keys + queries) + leaving * (2 * width * width + 4 * width * hidden)
  }

  /// Floating-point operations of Q Kᵀ and of its product with V, in all heads together.
  ///
  /// - Parameter pairs: How many pairs there are of a query row and a key row that it attends to.
  func operationsOfAttention(pairs: Double) -> Double { 4 * Double(width) * pairs }

  /// Bytes that all blocks keep of a row for the backward pass: what enters, queries, keys and values, what enters the MLP,
  /// and its hidden layer before the activation.
  var bytesKeptOfRow: Int { layers * (5 * width + hiddenWidth) * MemoryLayout<Float>.stride }

  /// Bytes that a block takes of a row on the way: the MLP's hidden layer before and after the activation, or their gradients,
  /// with what enters and leaves.
  var bytesPassingOfRow: Int { (2 * hiddenWidth + 3 * width) * MemoryLayout<Float>.stride }
}
