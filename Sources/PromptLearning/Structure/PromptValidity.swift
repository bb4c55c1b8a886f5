import CLIPModel

/// Whether a structure's prompts fit a backbone and a list of classes: asked before they enter the encoders, which stop the
/// program where shapes do not fit.
public struct PromptValidity {
  private let configuration: CLIPConfiguration
  private let classes: Int
  private let images: Int

  /// - Parameters:
  ///   - classes: How many classes the prompts are for.
  ///   - images: How many images the batch has, for prompts that depend on the image.
  public init(_ configuration: CLIPConfiguration, classes: Int, images: Int) {
    self.configuration = configuration
    self.classes = classes
    self.images = images
  }

  /// What does not fit, a line each; empty where everything does. What has one cause is named once.
  public func mistakes(in prompts: Prompts) -> [String] {
    var mistakes = prompts.texts.isEmpty ? ["there are no texts"] : []
    for text in prompts.texts { mistakes += self.mistakes(in: text) }
    if let vision = prompts.vision {
      if vision.scope == .perClass { mistakes.append("vision prompts cannot be of scope perClass") }
      if vision.layers.isEmpty { mistakes.append("vision prompts have no layers; without prompts, vision is nil") }
      mistakes += layerMistakes(vision.layers, configuration.vision, scope: vision.scope, "vision")
    }
    return mistakes
  }

  private func mistakes(in text: TextPrompts) -> [String] {
    var mistakes: [String] = []
    if text.sequences.count != classes {
      mistakes.append("there are \(text.sequences.count) text sequences for \(classes) classes")
    }
    if case .keysAndValues? = text.layers.first, !canBeKeysOnly(text) {
      mistakes.append(
        "text prompts that are keys and values only must be of scope shared or perImage and stand in one block, behind rows "
          + "that all sequences have in common")
    }
    let layers = layerMistakes(text.layers, configuration.text, scope: text.scope, "text")
    mistakes += layers
    // Where layers are wrong, so is the number of prompts that the sequences can name.
    let length = layers.isEmpty ? text.layers.length : Int.max
    var found: [String: [Int]] = [:]
    for (index, sequence) in text.sequences.enumerated() {
      for mistake in sequenceMistakes(sequence, prompts: length) { found[mistake, default: []].append(index) }
    }
    return mistakes
      + found.sorted { ($0.value[0], $0.key) < ($1.value[0], $1.key) }.map { mistake, sequences in
        let others = sequences.count > 1 ? " (and \(sequences.count - 1) others)" : ""
        return "text sequence \(sequences[0])\(others) \(mistake)"
      }
  }

  private func sequenceMistakes(_ sequence: [TextRow], prompts length: Int) -> Set<String> {
    var mistakes: Set<String> = []
    if sequence.first != .token(configuration.startToken) || sequence.last != .token(configuration.endToken) {
      mistakes.insert("does not go from the start token to the end token")
    }
    if sequence.count > configuration.contextLength {
      mistakes.insert("is longer than the context length, \(configuration.contextLength)")
    }
    for row in sequence {
      switch row {
      case .token(let token) where !(0..<configuration.vocabularySize).contains(token):
        mistakes.insert("has a token that does not exist")
      case .prompt(let prompt) where !(0..<length).contains(prompt):
        mistakes.insert(
          length == 0 ? "has prompts, but layer 0 has none" : "has a prompt beyond the \(length) of each layer")
      default: continue
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
      mistakes.append(
        "prompts \(layers.count) layers of the \(encoder) encoder, but the backbone has only \(tower.layers) there; "
          + "use at most \(tower.layers)")
    }
    let leading =
      switch scope {
      case .shared: [Int]()
      case .perClass: [classes]
      case .perImage: [images]
      }
    let wanted = leading + [layers.length, tower.width]
    var streamHasPrompts = false
    for (layer, prompt) in layers.enumerated() {
      for shape in Set(prompt.variables.map(\.shape)) where shape != wanted {
        mistakes.append("\(encoder) prompts of layer \(layer) have the shape \(shape), not \(wanted)")
      }
      switch prompt {
      case .tokens, .unshared(_, _, tokens: _?): streamHasPrompts = true
      case .keysAndValues: streamHasPrompts = false
      case .carried, .unshared:
        guard !streamHasPrompts else { continue }
        if layer == 0, prompt.variables.isEmpty {
          mistakes.append(
            "\(encoder) prompts of layer 0 cannot be .carried: give it .tokens, a constant if nothing is learned there, as in "
              + ".tokens(Variable(input.context.embeddings(of: tokens)))")
          return mistakes
        }
        mistakes.append(
          "\(encoder) prompts of layer \(layer) run on from the layer below, but no prompt rows leave it: prompts begin in "
            + "layer 0, and after keys and values alone with tokens")
        return mistakes
      }
    }
    return mistakes
  }
}
