import Basics
import Tensors

/// Residual blocks over packed sequences, with prompts entering where they are placed.
struct Transformer {
  let blocks: [TransformerBlock]

  init(
    _ tower: CLIPConfiguration.Tower, activation: Activation, prefix: String, named name: (String) -> Variable
  ) {
    blocks = (0..<tower.layers).map { layer in
      TransformerBlock(tower, activation: activation) { name("\(prefix).resblocks.\(layer).\($0)") }
    }
  }

  /// The rows that are read after the last layer, which computes no others.
  ///
  /// - Parameters:
  ///   - x: The rows entering layer 0, `[rows, width]`: all rows if layer 0 has prompt tokens (theirs among them), else those
  ///     that are no prompts.
  ///   - packed: The sequences.
  ///   - layers: The prompts of the first layers; in later layers prompt rows are ordinary rows of the residual stream.
  ///   - watch: Told what enters every layer.
  func callAsFunction(
    _ x: AssembledRows, _ packed: PackedSequences, layers: [LayerPrompt], watch: (LayerInput) -> Void = { _ in }
  ) -> Variable {
    var x = x
    var streamHasPrompts = layers.isEmpty || layers[0].tokens != nil
    lazy var keysOnly = packed.keysOnly
    for (layer, block) in blocks.enumerated() {
      let prompt = layer < layers.count ? layers[layer] : .carried
      if layer > 0, let tokens = prompt.tokens {
        x = AssembledRows([x.whole, tokens], streamHasPrompts ? packed.replacement : packed.insertion)
        streamHasPrompts = true
      }
      let attention: PromptAttention
      switch prompt {
      case .tokens, .carried:
        require(streamHasPrompts, "layer \(layer): no prompt rows leave the layer below, and none enter")
        attention = .residualStream
      case .unshared(let queries, let own, _):
        require(streamHasPrompts, "layer \(layer): no prompt rows leave the layer below, and none enter")
        attention = .learned(
          queries: queries.map { block.queries($0, in: own.space) }, keysAndValues: block.keysAndValues(own),
          places: packed.replacement)
      case .keysAndValues(let own):
        if streamHasPrompts, layer > 0 { x = AssembledRows(x.whole.gatheringRows(packed.otherRows)) }
        streamHasPrompts = false
        let rows = block.keysAndValues(own)
        attention = keysOnly.keyPlan.map { .inserted(keysAndValues: rows, places: $0) } ?? .prefix(keysAndValues: rows)
      }
      let (layout, read) = streamHasPrompts ? (packed.layout, packed.read) : (keysOnly.layout, keysOnly.read)
      watch(
        LayerInput(block: block, rows: x, prompt: attention, layout: layout, streamHasPrompts: streamHasPrompts))
      let isLast = layer == blocks.count - 1
      x = AssembledRows(
        isLast
          ? block(
            x, prompt: attention, layout: PackedSequences.reading(read, of: layout), read: read.compactMap { $0 })
          : block(x, prompt: attention, layout: layout))
    }
    return x.whole
  }

  /// What enters a layer.
  struct LayerInput {
    let block: TransformerBlock
    /// The rows of the residual stream.
    let rows: AssembledRows
    let prompt: PromptAttention
    /// Of all rows of the stream, in the last layer too.
    let layout: AttentionLayout
    let streamHasPrompts: Bool
  }

  /// The attention that rows pay to prompts in each layer: the sum of their weights on prompt rows, mean over heads, over the rows
  /// of a sequence that attend to a prompt and are none, and over sequences.
  ///
  /// - Parameters: as ``callAsFunction(_:_:layers:watch:)``.
  func attentionToPrompts(_ x: AssembledRows, _ packed: PackedSequences, layers: [LayerPrompt]) -> [Double] {
    let weights = packed.weightsOfRowsSeeingPrompts
    let (others, prompts) = (packed.otherRows, packed.places.map(\.row))
    var means: [Double] = []
    _ = self(x, packed, layers: layers) { input in
      let shares = input.block.attentionToPrompts(
        input.rows, input.prompt, layout: input.layout, promptRows: prompts)
      let rows = input.streamHasPrompts ? Array(0..<packed.rowCount) : others
      means.append(zip(rows, shares).reduce(0) { $0 + weights[$1.0] * $1.1 })
    }
    return means
  }

  /// The rows entering each layer, without prompts.
  func states(_ x: Variable, layout: AttentionLayout) -> [Variable] {
    var states = [x]
    for block in blocks.dropLast() {
      states.append(block(AssembledRows(states[states.count - 1]), layout: layout))
    }
    return states
  }
}
