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

  /// The rows that are read, after the last layer, where nothing else is computed.
  ///
  /// - Parameters:
  ///   - x: The rows entering layer 0, `[rows, width]`: all rows if layer 0 has prompt tokens (theirs among them), else those
  ///     that are no prompts.
  ///   - packed: The sequences.
  ///   - layers: The prompts of the first layers.
  func callAsFunction(_ x: Variable, _ packed: PackedSequences, layers: [LayerPrompt]) -> Variable {
    var x = x
    var hasPromptRows = layers.isEmpty || layers[0].tokens != nil
    for (layer, block) in blocks.enumerated() {
      let prompt = layer < layers.count ? layers[layer] : nil
      if layer > 0, let tokens = prompt?.tokens {
        x = .rows(of: [x, tokens], hasPromptRows ? packed.replacement : packed.insertion)
        hasPromptRows = true
      }
      require(
        hasPromptRows || prompt?.attention != nil, "layer \(layer) has prompt rows without tokens, keys and values")
      let (layout, streamRow) = hasPromptRows ? (packed.layout, nil) : packed.withoutPromptQueries()
      let blockPrompt = prompt?.attention.map {
        TransformerBlock.Prompt(
          attention: $0, keyPlan: hasPromptRows ? packed.replacement : packed.insertion,
          queryPlan: hasPromptRows && layer < blocks.count - 1 ? packed.replacement : nil)
      }
      guard layer == blocks.count - 1 else {
        x = block(x, layout: layout, prompt: blockPrompt)
        continue
      }
      let read = packed.read.map { row in row.map { streamRow?[$0] ?? $0 } }
      x = block(
        x, layout: Self.reading(packed.read, of: layout), read: read.compactMap { $0 }, prompt: blockPrompt)
    }
    return x
  }

  /// The rows entering each layer, without prompts.
  func states(_ x: Variable, layout: AttentionLayout) -> [Variable] {
    var states = [x]
    for block in blocks.dropLast() { states.append(block(states[states.count - 1], layout: layout)) }
    return states
  }

  /// The layout in which only the rows that are read ask.
  private static func reading(_ read: [Int?], of layout: AttentionLayout) -> AttentionLayout {
    var last = layout
    var next = 0
    for (index, row) in read.enumerated() {
      last.sequences[index].queries = next..<next + (row == nil ? 0 : 1)
      last.sequences[index].firstPosition = row.map { $0 - layout.sequences[index].keys.lowerBound } ?? 0
      next += row == nil ? 0 : 1
    }
    return last
  }
}
