import Basics
import CLIP
import Tensors

/// What prompts start from.
public enum PromptInitialization: String, CaseIterable, Codable, Sendable {
  /// Normal numbers with deviation 0.02 everywhere.
  case random
  /// The embeddings of words in layer 0 of the text, random elsewhere: the published choice.
  case words
  /// What the frozen model has there: in the text the states of the words' rows entering each layer, which keeps zero-shot as
  /// it is; in the image the class token's mean state entering each layer, with a little noise.
  case warm

  /// The deviation of random prompts, and of the noise on warm ones.
  public static let deviation = 0.02
}

extension PromptContext {
  /// Words in front of the class name, split into those in whose place prompts stand and those that stay.
  ///
  /// - Throws: a usage ``Failure`` if there are fewer tokens than prompts.
  public func promptWords(_ words: String, length: Int) throws -> (prompted: [Int], fixed: [Int]) {
    let tokens = try self.tokens(of: words)
    guard tokens.count >= length else {
      throw Failure.usage(
        "\"\(words)\" has \(tokens.count) tokens, too few to start \(length) text prompts from; "
          + "give more words, fewer prompts, or initialization=random")
    }
    return (Array(tokens[..<length]), Array(tokens[length...]))
  }

  /// Text prompts of the first layers at the start, `[length, text width]` each.
  public func initialTextPrompts(
    length: Int, depth: Int, _ initialization: PromptInitialization, words: String, from stream: inout RandomStream
  ) throws -> [Tensor] {
    let width = configuration.text.width
    // Random numbers are drawn for every layer in any case, so that what follows does not depend on the choice.
    let random = (0..<depth).map { _ in
      Tensor(shape: [length, width], stream.normals(length * width, deviation: PromptInitialization.deviation))
    }
    switch initialization {
    case .random: return random
    case .words: return [embeddings(of: try promptWords(words, length: length).prompted)] + random.dropFirst()
    case .warm:
      let tokens = try promptWords(words, length: length).prompted
      let states = model.textStates([configuration.startToken] + tokens)
      // The positional embeddings are added to prompts of layer 0 again.
      return [embeddings(of: tokens)] + (1..<max(depth, 1)).map { states[$0].rows(1..<1 + length) }
    }
  }

  /// Vision prompts of the first layers at the start, `[length, vision width]` each.
  public func initialVisionPrompts(
    length: Int, depth: Int, _ initialization: PromptInitialization, from stream: inout RandomStream
  ) throws -> [Tensor] {
    let width = configuration.vision.width
    let random = (0..<depth).map { _ in
      Tensor(shape: [length, width], stream.normals(length * width, deviation: PromptInitialization.deviation))
    }
    guard initialization == .warm else { return random }
    let states = model.meanClassStates(try sampleImages())
    return zip(random, states).map { noise, state in
      (Variable(noise).addingToRows(Variable(state.reshaped([width])))).value
    }
  }

  /// The weight and bias of a linear layer at the start, U(±1/√inputs) as PyTorch's.
  public func initialLinear(
    inputs: Int, outputs: Int, from stream: inout RandomStream
  ) -> (weight: Tensor, bias: Tensor) {
    let bound = 1 / Double(inputs).squareRoot()
    func uniform(_ shape: [Int]) -> Tensor {
      Tensor(shape: shape, (0..<shape.reduce(1, *)).map { _ in Float(stream.uniform(-bound, bound)) })
    }
    return (uniform([outputs, inputs]), uniform([outputs]))
  }

  /// How many layers get prompts.
  ///
  /// - Parameters:
  ///   - depth: What the user asked for; nil for the default.
  ///   - standard: The default, where the model has as many layers; else one less than it has.
  ///   - layers: The layers there are.
  ///   - option: The option's name, for the message.
  /// - Throws: a usage ``Failure`` if the user asked for more layers than there are.
  public static func promptDepth(_ depth: Int?, standard: Int, layers: Int, option: String) throws -> Int {
    guard let depth else { return standard <= layers ? standard : max(1, layers - 1) }
    guard depth <= layers else {
      throw Failure.usage(
        "\(option) is \(depth), but the backbone has only \(layers) layers there; use at most \(layers)")
    }
    return depth
  }
}
