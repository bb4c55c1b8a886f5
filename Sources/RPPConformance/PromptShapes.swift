import CLIP
import PromptLearning

/// Whether prompts fit a backbone: found before they enter the encoders, which stop the program where shapes do not fit.
struct PromptShapes {
  let configuration: CLIPConfiguration
  let classes: Int
  let images: Int

  /// What does not fit, in words; empty where everything does.
  func mistakes(_ prompts: Prompts) -> [String] {
    var mistakes = prompts.texts.isEmpty ? ["there are no texts"] : []
    for text in prompts.texts { mistakes += self.mistakes(text) }
    if let vision = prompts.vision {
      if vision.scope == .perClass { mistakes.append("vision prompts cannot be of scope perClass") }
      if vision.layers.isEmpty { mistakes.append("vision prompts have no layers; without prompts, vision is nil") }
      mistakes += layerMistakes(vision.layers, configuration.vision, scope: vision.scope, "vision")
    }
    return mistakes
  }

  private func mistakes(_ text: TextPrompts) -> [String] {
    var mistakes = layerMistakes(text.layers, configuration.text, scope: text.scope, "text")
    if text.sequences.count != classes {
      mistakes.append("there are \(text.sequences.count) text sequences for \(classes) classes")
    }
    if let first = text.layers.first, first.tokens == nil, !canBeKeysOnly(text) {
      mistakes.append(
        "text prompts that are keys and values only must be of scope shared or perImage and stand in one block, behind rows "
          + "that all sequences have in common")
    }
    let shape = text.layers.first?.anyShape ?? []
    let length = shape.count > 1 ? shape[shape.count - 2] : 0
    for (index, sequence) in text.sequences.enumerated() {
      if sequence.first != .token(configuration.startToken) || sequence.last != .token(configuration.endToken) {
        mistakes.append("text sequence \(index) does not go from the start token to the end token")
      }
      if sequence.count > configuration.contextLength {
        mistakes.append(
          "text sequence \(index) has \(sequence.count) rows, the context length is \(configuration.contextLength)")
      }
      for row in sequence {
        switch row {
        case .token(let token) where !(0..<configuration.vocabularySize).contains(token):
          mistakes.append("text sequence \(index) has the token \(token), which does not exist")
        case .prompt(let prompt) where !(0..<length).contains(prompt):
          mistakes.append("text sequence \(index) has the prompt \(prompt) of \(length)")
        default: continue
        }
      }
    }
    return mistakes
  }

  /// Whether the text encoder can do without a residual stream of the prompt rows.
  private func canBeKeysOnly(_ text: TextPrompts) -> Bool {
    let heads = text.sequences.map { $0.prefix(1 + ($0.lastIndex(where: \.isPrompt) ?? -1)) }
    return text.scope != .perClass
      && heads.allSatisfy { head in head == heads[0] && head.drop { !$0.isPrompt }.allSatisfy(\.isPrompt) }
  }

  private func layerMistakes(
    _ layers: [LayerPrompt], _ tower: CLIPConfiguration.Tower, scope: PromptScope, _ encoder: String
  ) -> [String] {
    var mistakes: [String] = []
    if layers.count > tower.layers {
      mistakes.append("\(layers.count) layers of \(encoder) prompts, but the encoder has \(tower.layers) layers")
    }
    let leading =
      switch scope {
      case .shared: [Int]()
      case .perClass: [classes]
      case .perImage: [images]
      }
    let first = layers.first?.anyShape ?? []
    let length = first.count > 1 ? first[first.count - 2] : 0
    let wanted = leading + [length, tower.width]
    var hasStream = false
    for (layer, prompt) in layers.enumerated() {
      let tensors = [prompt.tokens, prompt.attention?.queries, prompt.attention?.keys, prompt.attention?.values]
      for shape in tensors.compactMap({ $0?.shape }) where shape != wanted {
        mistakes.append("\(encoder) prompts of layer \(layer) have the shape \(shape), not \(wanted)")
      }
      hasStream = hasStream || prompt.tokens != nil
      if !hasStream, prompt.attention == nil {
        mistakes.append("layer \(layer) of the \(encoder) prompts has neither tokens nor keys and values")
      }
    }
    return mistakes
  }
}

extension LayerPrompt {
  /// The shape of any of the tensors.
  fileprivate var anyShape: [Int]? { (tokens ?? attention?.keys)?.shape }
}

extension TextRow {
  fileprivate var isPrompt: Bool {
    if case .prompt = self { true } else { false }
  }
}
