import Basics
import CLIPModel
import Tensors

/// What prompts start from.
///
/// Text prompts may be more than the words' tokens: then the first start from the words, and the others, behind them and before
/// the class name, at random.
public enum PromptInitialization: String, CaseIterable, Codable, Sendable {
  /// Normally distributed values with standard deviation 0.02 everywhere.
  case random
  /// The embeddings of words in layer 0 of the text, random elsewhere: the published choice.
  case words
  /// What the frozen model has there: in the text the states of the words' rows entering each layer, which keeps zero-shot as
  /// it is where prompts are no more than the words; in the image the class token's mean state entering each layer, with a
  /// little noise.
  case warm

  /// The standard deviation of random prompts, and of the noise on warm ones.
  public static let deviation = 0.02

  /// What an option with words to start from means.
  public static let wordsSummary =
    "the words that text prompts start from; words beyond the prompts stay in the text, prompts beyond the words start at "
    + "random behind them"
}

extension PromptContext {
  /// The tokens of words in front of the class name, split into those in whose place the first of `length` prompts stand and
  /// those that stay.
  ///
  /// - Throws: a usage ``Failure`` if there are no words.
  public func promptWords(_ words: String, length: Int) throws -> (prompted: [Int], fixed: [Int]) {
    let tokens = try self.tokens(of: words)
    guard !tokens.isEmpty else {
      throw Failure.usage(
        "words is \"\(words)\", which has no token to start text prompts from; give words, or initialization=random")
    }
    return (Array(tokens.prefix(length)), Array(tokens.dropFirst(length)))
  }

  /// What a user should know where text prompts are more than the tokens of the words that they start from: one line, or none.
  public func notesOnWords(_ words: String, length: Int, _ initialization: PromptInitialization) throws -> [String] {
    guard initialization != .random else { return [] }
    let count = try promptWords(words, length: length).prompted.count
    guard count < length else { return [] }
    return [
      "of \(length) text prompts the first \(count) start from \"\(words)\", those behind them at random"
    ]
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
    guard initialization != .random else { return random }
    let tokens = try promptWords(words, length: length).prompted
    func followedByRandom(_ rows: Tensor, layer: Int) -> Tensor {
      Variable.concatenatingRows([Variable(rows), Variable(random[layer].rows(rows.rows..<length))]).value
    }
    // The positional embeddings are added to prompts of layer 0 in any case.
    let first = followedByRandom(embeddings(of: tokens), layer: 0)
    guard initialization == .warm else { return [first] + random.dropFirst() }
    let states = model.textStates([configuration.startToken] + tokens)
    return [first]
      + (1..<max(depth, 1)).map { followedByRandom(states[$0].rows(1..<1 + tokens.count), layer: $0) }
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

  /// What an option of a depth says of itself.
  ///
  /// - Parameter standard: As in ``promptDepth(_:standard:layers:option:)``.
  public static func depthSummary(_ what: String, standard: Int) -> String {
    "\(what) (auto: \(standard), or one less than the model has where it has fewer)"
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
