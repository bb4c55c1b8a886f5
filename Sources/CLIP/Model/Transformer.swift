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
  func callAsFunction(_ x: AssembledRows, _ packed: PackedSequences, layers: [LayerPrompt]) -> Variable {
    var x = x
    var hasPromptRows = layers.isEmpty || layers[0].tokens != nil
    lazy var keysOnly = packed.keysOnly
    for (layer, block) in blocks.enumerated() {
      let prompt = layer < layers.count ? layers[layer] : nil
      if layer > 0, let tokens = prompt?.tokens {
        x = AssembledRows([x.whole, tokens], hasPromptRows ? packed.replacement : packed.insertion)
        hasPromptRows = true
      }
      require(
        hasPromptRows || prompt?.attention != nil, "layer \(layer) has prompt rows without tokens, keys and values")
      let isLast = layer == blocks.count - 1
      var blockPrompt: TransformerBlock.Prompt?
      if let attention = prompt?.attention {
        blockPrompt = TransformerBlock.Prompt(
          attention: attention, keyPlan: hasPromptRows ? packed.replacement : keysOnly.keyPlan,
          queryPlan: hasPromptRows && !isLast ? packed.replacement : nil)
      }
      let layout = hasPromptRows ? packed.layout : keysOnly.layout
      let read = hasPromptRows ? packed.read : keysOnly.read
      x = AssembledRows(
        isLast
          ? block(
            x, layout: PackedSequences.reading(read, of: layout), read: read.compactMap { $0 }, prompt: blockPrompt)
          : block(x, layout: layout, prompt: blockPrompt))
    }
    return x.whole
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
