import Basics
import Tensors

/// CLIP's text transformer: causal attention, the feature read at the end token.
struct TextEncoder {
  private let tower: CLIPConfiguration.Tower
  private let tokenEmbedding: Variable
  private let positionalEmbedding: Variable
  let transformer: Transformer
  private let lnFinal: LayerNorm
  private let projection: Variable

  init(_ configuration: CLIPConfiguration, named name: (String) -> Variable) {
    tower = configuration.text
    tokenEmbedding = name("token_embedding.weight")
    positionalEmbedding = name("positional_embedding")
    transformer = Transformer(
      configuration.text, activation: configuration.activation, prefix: "transformer", named: name)
    lnFinal = LayerNorm(scale: name("ln_final.weight"), bias: name("ln_final.bias"))
    projection = name("text_projection")
  }

  /// - Returns: The features before normalisation: `[classes, embed]`, or `[images · classes, embed]`, image by image, for
  ///   prompts of scope `perImage`.
  func callAsFunction(_ prompts: TextPrompts, activationLimit: Int?) -> Variable {
    let packing = TextPacking(prompts)
    let parts = prompts.microBatches(tower, rows: packing.sequences.rowCount, limit: activationLimit)
    guard parts.ranges.count > 1 else { return encode(prompts, packing) }
    return parts.encode(prompts.layers) {
      let part = prompts.part($0, layers: $1)
      return encode(part, TextPacking(part))
    }
  }

  private func encode(_ prompts: TextPrompts, _ packing: TextPacking) -> Variable {
    let (x, layers) = entering(prompts, packing)
    return .product(lnFinal(transformer(x, packing.sequences, layers: layers)), projection)
  }

  /// See ``Transformer/attentionToPrompts(_:_:layers:)``.
  func attentionToPrompts(_ prompts: TextPrompts) -> [Double] {
    let packing = TextPacking(prompts)
    let (x, layers) = entering(prompts, packing)
    return transformer.attentionToPrompts(x, packing.sequences, layers: layers)
  }

  /// The rows that enter layer 0, and the prompts as the layers take them.
  private func entering(
    _ prompts: TextPrompts, _ packing: TextPacking
  ) -> (rows: AssembledRows, layers: [LayerPrompt]) {
    var layers = prompts.layers
    let others = packing.sequences.otherRows
    let constants = embedding(tokenEmbedding, packing, rows: others)
    var x = AssembledRows(constants)
    if let tokens = layers.first?.tokens {
      let prompts = embedding(tokens, packing, rows: packing.sequences.places.map(\.row))
      x = AssembledRows([constants, prompts], packing.sequences.insertionByPlace)
    }
    // Learned queries, keys and values of layer 0 get the positional embeddings that the prompts' tokens get.
    if let first = layers.first {
      layers[0] = first.mappingAttentionTokens { $0 + positionalEmbeddings(ofRows: 1..<1 + $0.value.rows) }
    }
    return (x, layers)
  }

  /// Some of the packed rows as they enter layer 0; all of them begin as rows of `source`.
  private func embedding(_ source: Variable, _ packing: TextPacking, rows: [Int]) -> Variable {
    source.gatheringRows(rows.map { packing.content[$0] })
      + positionalEmbedding.gatheringRows(rows.map { packing.positions[$0] })
  }

  /// What is added to the given rows of a sequence before layer 0.
  func positionalEmbeddings(ofRows rows: Range<Int>) -> Variable { positionalEmbedding.rows(rows) }

  /// The rows of one sequence of tokens entering each layer, `[rows, width]`.
  func states(_ tokens: [Int]) -> [Variable] {
    let x = tokenEmbedding.gatheringRows(tokens) + positionalEmbedding.rows(0..<tokens.count)
    let rows = 0..<tokens.count
    return transformer.states(x, layout: AttentionLayout([.init(queries: rows, keys: rows)], isCausal: true))
  }
}

/// How the sequences of a prompt are packed into one matrix: what they have in common in front stands there once.
struct TextPacking {
  /// The row of the token embedding, or of the prompts, that each packed row starts from.
  private(set) var content: [Int] = []
  /// The row of the positional embedding that each packed row gets.
  private(set) var positions: [Int] = []
  /// The sequences, and where prompts stand.
  private(set) var sequences = PackedSequences(layout: AttentionLayout([], isCausal: true))

  init(_ prompts: TextPrompts) {
    require(
      !prompts.sequences.isEmpty && prompts.sequences.allSatisfy { !$0.isEmpty },
      "a text prompt has no class, or one without rows")
    let shape = prompts.layers.shape ?? []
    let groups = prompts.scope == .perImage ? shape[0] : 1
    let length = shape.count == 3 ? shape[1] : 0
    let common = Self.commonLength(prompts)
    let prompted = 1 + (prompts.sequences[0][..<common].lastIndex(where: \.isPrompt) ?? -1)
    for group in 0..<groups {
      // What all have in common is cut behind its last prompt into two sequences: prompts that are keys and values only must
      // stand at the end of a sequence.
      var prefix = 0..<0
      for part in [0..<prompted, prompted..<common] where !part.isEmpty {
        let rows = append(prompts.sequences[0][part], from: part.lowerBound, promptOffset: group * length)
        sequences.layout.sequences.append(.init(queries: rows, keys: rows, prefix: prefix))
        sequences.read.append(nil)
        prefix = (prefix.isEmpty ? rows.lowerBound : prefix.lowerBound)..<rows.upperBound
      }
      for (label, sequence) in prompts.sequences.enumerated() {
        let offset = prompts.scope == .perClass ? label * length : group * length
        let rows = append(sequence[common...], from: common, promptOffset: offset)
        sequences.layout.sequences.append(.init(queries: rows, keys: rows, prefix: prefix))
        sequences.read.append(rows.upperBound - 1)
      }
    }
    sequences.rowCount = content.count
  }

  private mutating func append(_ rows: ArraySlice<TextRow>, from position: Int, promptOffset: Int) -> Range<Int> {
    let start = content.count
    for (index, row) in rows.enumerated() {
      switch row {
      case .token(let token): content.append(token)
      case .prompt(let prompt):
        sequences.places.append(.init(row: content.count, promptRow: promptOffset + prompt))
        content.append(promptOffset + prompt)
      }
      positions.append(position + index)
    }
    return start..<content.count
  }

  /// How many rows in front all sequences share; every sequence keeps at least one row of its own.
  private static func commonLength(_ prompts: TextPrompts) -> Int {
    let first = prompts.sequences[0]
    let shortest = prompts.sequences.reduce(Int.max) { min($0, $1.count) }
    for index in 0..<shortest - 1 {
      if first[index].isPrompt, prompts.scope == .perClass { return index }
      if prompts.sequences.contains(where: { $0[index] != first[index] }) { return index }
    }
    return shortest - 1
  }
}
