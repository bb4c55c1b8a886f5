import Tensors

/// CLIP's text transformer: causal attention, the feature read at the end token.
struct TextEncoder {
  private let tokenEmbedding: Variable
  private let positionalEmbedding: Variable
  private let transformer: Transformer
  private let finalNorm: (scale: Variable, bias: Variable)
  private let projection: Variable

  init(_ configuration: CLIPConfiguration, named name: (String) -> Variable) {
    tokenEmbedding = name("token_embedding.weight")
    positionalEmbedding = name("positional_embedding")
    transformer = Transformer(
      configuration.text, activation: configuration.activation, prefix: "transformer", named: name)
    finalNorm = (name("ln_final.weight"), name("ln_final.bias"))
    projection = name("text_projection")
  }

  /// - Returns: The features before normalisation: `[classes, embed]`, or `[images · classes, embed]`, image by image, for
  ///   prompts of scope `perImage`.
  func callAsFunction(_ prompts: TextPrompts) -> Variable {
    let packing = TextPacking(prompts)
    var sources = [tokenEmbedding]
    if let first = prompts.layers.first { sources.append(first.tokens) }
    let x = Variable.rows(of: sources, packing.content) + .rows(of: [positionalEmbedding], packing.positions)
    let read = transformer(
      x, layout: packing.layout, prompts: PlacedPrompts(layers: prompts.layers, places: packing.places),
      read: packing.read)
    return .product(read.layerNormalized(scale: finalNorm.scale, bias: finalNorm.bias), projection)
  }
}

/// How the sequences of a prompt are packed into one matrix: what they have in common in front stands there once.
struct TextPacking {
  /// The row of the token embedding (source 0) or of the prompts of layer 0 (source 1) that each packed row starts from.
  private(set) var content = RowPlan()
  /// The positional embedding of each packed row.
  private(set) var positions = RowPlan()
  /// Where prompts stand.
  private(set) var places: [PlacedPrompts.Place] = []
  /// The sequences.
  private(set) var layout = AttentionLayout([], isCausal: true)
  /// For each sequence the packed row of its end token; nil for what several have in common.
  private(set) var read: [Int?] = []

  init(_ prompts: TextPrompts) {
    let tokens = prompts.layers.first?.tokens.shape ?? []
    let groups = prompts.scope == .perImage ? tokens[0] : 1
    let length = tokens.count == 3 ? tokens[1] : 0
    let common = Self.commonLength(prompts)
    for group in 0..<groups {
      var prefix = 0..<0
      if common > 0 {
        prefix = append(prompts.sequences[0][..<common], from: 0, promptOffset: group * length)
        layout.sequences.append(.init(queries: prefix, keys: prefix))
        read.append(nil)
      }
      for (label, sequence) in prompts.sequences.enumerated() {
        let offset = prompts.scope == .perClass ? label * length : group * length
        let rows = append(sequence[common...], from: common, promptOffset: offset)
        layout.sequences.append(.init(queries: rows, keys: rows, prefix: prefix))
        read.append(rows.upperBound - 1)
      }
    }
  }

  private mutating func append(_ rows: ArraySlice<TextRow>, from position: Int, promptOffset: Int) -> Range<Int> {
    let start = content.count
    for (index, row) in rows.enumerated() {
      switch row {
      case .token(let token): content.append(row: token, of: 0)
      case .prompt(let prompt):
        places.append(.init(row: content.count, promptRow: promptOffset + prompt))
        content.append(row: promptOffset + prompt, of: 1)
      }
      positions.append(row: position + index, of: 0)
    }
    return start..<content.count
  }

  /// How many rows in front all sequences share; every sequence keeps at least one row of its own.
  private static func commonLength(_ prompts: TextPrompts) -> Int {
    guard prompts.sequences.count > 1, let first = prompts.sequences.first else { return 0 }
    let shortest = prompts.sequences.reduce(Int.max) { min($0, $1.count) }
    for index in 0..<shortest - 1 {
      if case .prompt = first[index], prompts.scope == .perClass { return index }
      if prompts.sequences.contains(where: { $0[index] != first[index] }) { return index }
    }
    return shortest - 1
  }
}
