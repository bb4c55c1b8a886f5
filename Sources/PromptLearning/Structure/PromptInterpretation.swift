import Basics
import CLIPModel
import Tensors
import Tokenization

/// What learned text prompts come closest to in the vocabulary: tokens whose frozen embeddings are nearest to each context vector,
/// as Zhou et al. 2022 look at what CoOp learned. Such words explain little: a vector lies between many tokens, and is often
/// several times as long as any.
public struct PromptInterpretation: Equatable, Sendable {
  /// A token of the vocabulary beside a context vector.
  public struct Word: Codable, Equatable, Sendable {
    /// Its text, with `…` behind one that ends no word; bytes that are no text as `<0xE2>`.
    public let text: String
    /// Its number.
    public let token: Int
    /// The Euclidean distance of its embedding from the vector.
    public let distance: Double
    /// The cosine of its embedding with the vector.
    public let cosine: Double
  }

  /// A learned row that enters the text encoder as a token's embedding does.
  public struct Vector: Codable, Equatable, Sendable {
    /// What it is: `tokens`, or `queries`, `keys` and `values` where these are learned apart.
    public let part: String
    /// The class that it belongs to; nil for all.
    public let className: String?
    /// Its place among the prompt rows, from 0.
    public let index: Int
    /// Its Euclidean length.
    public let norm: Double
    /// The tokens with the smallest distances, as CoOp's published code lists them; the nearest first.
    public let nearest: [Word]
    /// The tokens with the largest cosines, the largest first.
    public let mostSimilar: [Word]
  }

  /// The vectors in order.
  public let vectors: [Vector]
  /// The mean Euclidean length of the vocabulary's embeddings, which the vectors' may be compared with.
  public let meanEmbeddingNorm: Double
  /// What is learned and cannot be compared with words, a sentence each.
  public let notes: [String]
}

extension LearnedPrompt {
  /// What the prompt's context vectors come closest to in the vocabulary.
  ///
  /// - Parameters:
  ///   - backbone: The one that it was learned on.
  ///   - count: Words for each vector.
  /// - Throws: ``Failure`` if it is another backbone, or one without a tokenizer.
  public func interpretation(on backbone: Backbone, words count: Int = 5) throws -> PromptInterpretation {
    let names = classNames ?? ["object"]
    let model = try model(on: backbone, classNames: names, template: "{}")
    let prompts = try model.prompts(parameters: parameters.variables(), images: 1)
    let vocabulary = try Vocabulary(of: backbone)
    var vectors: [PromptInterpretation.Vector] = []
    var notes: [String] = []
    if prompts.texts.allSatisfy(\.layers.isEmpty) { notes.append("the prompt has no learned vectors in the text") }
    for text in prompts.texts {
      guard let first = text.layers.first else { continue }
      let entering = Self.embeddings(in: first)
      if entering.contains(where: { !$0.1.requiresGradient }) {
        notes.append("rows that enter the text encoder's layer 0 as constants are not learned, and are left out")
      }
      for (part, rows) in entering where rows.requiresGradient {
        let length = rows.shape[rows.shape.count - 2]
        vectors += vocabulary.nearest(to: rows.value, count: count).enumerated().map { row, found in
          PromptInterpretation.Vector(
            part: part, className: text.scope == .perClass ? names[row / length] : nil, index: row % length,
            norm: found.norm, nearest: found.nearest, mostSimilar: found.mostSimilar)
        }
      }
      if case .unshared(_, let own, _) = first, own.space == .projected {
        notes.append("queries, keys and values that are learned in projected space are no embeddings of tokens")
      }
      if case .keysAndValues(let own) = first, own.space == .projected {
        notes.append("keys and values that are learned in projected space are no embeddings of tokens")
      }
      let later = text.layers.indices.dropFirst().filter { !text.layers[$0].variables.isEmpty }
      if let first = later.first, let last = later.last {
        let layers = first == last ? "layer \(first)" : "layers \(first) to \(last)"
        notes.append(
          "what enters later layers of the text encoder (\(layers), counted from 0) is not compared: the vocabulary is embedded "
            + "in layer 0")
      }
      if text.scope == .perImage {
        notes.append("each image has its own vectors: these are those of a feature of zeros")
      }
    }
    if prompts.vision != nil {
      notes.append("the image encoder is prompted too, which no words can be compared with")
    }
    return PromptInterpretation(vectors: vectors, meanEmbeddingNorm: vocabulary.meanNorm, notes: notes)
  }

  /// What enters layer 0 in the place of embeddings, by what it is.
  private static func embeddings(in layer: LayerPrompt) -> [(String, Variable)] {
    func parts(_ queries: Variable?, _ own: LayerPrompt.KeysAndValues) -> [(String, Variable)] {
      guard own.space == .token else { return [] }
      return [("queries", queries), ("keys", own.keys), ("values", own.values)].compactMap { name, rows in
        rows.map { (name, $0) }
      }
    }
    return switch layer {
    case .tokens(let rows): [("tokens", rows)]
    case .carried: []
    case .unshared(let queries, let own, let tokens): (tokens.map { [("tokens", $0)] } ?? []) + parts(queries, own)
    case .keysAndValues(let own): parts(nil, own)
    }
  }
}

/// The frozen embeddings of all tokens.
private struct Vocabulary {
  private let embeddings: Tensor
  private let norms: [Double]
  private let tokenizer: BytePairTokenizer

  init(of backbone: Backbone) throws {
    guard let tokenizer = backbone.tokenizer else {
      throw Failure("the backbone \(backbone.name) has no tokenizer, so there are no words to compare prompts with")
    }
    self.tokenizer = tokenizer
    embeddings = backbone.weights.tensors["token_embedding.weight"]!
    norms = Self.norms(embeddings)
  }

  var meanNorm: Double { norms.reduce(0, +) / Double(norms.count) }

  /// For each row its length and the tokens nearest to it by distance and by cosine; of equals the first.
  func nearest(
    to rows: Tensor, count: Int
  ) -> [(norm: Double, nearest: [PromptInterpretation.Word], mostSimilar: [PromptInterpretation.Word])] {
    let rows = rows.reshaped([rows.rows, rows.columns])
    let lengths = Self.norms(rows)
    return lengths.indices.map { row in
      let vector = Variable(rows.rows(row..<row + 1))
      let products = Variable.product(vector, Variable(embeddings), transposeB: true).value.elements.map(Double.init)
      let cosines = products.indices.map { products[$0] / max(norms[$0] * lengths[row], .leastNormalMagnitude) }
      let distances = products.indices.map { token in
        max(0, lengths[row] * lengths[row] + norms[token] * norms[token] - 2 * products[token]).squareRoot()
      }
      func words(_ isBefore: (Int, Int) -> Bool) -> [PromptInterpretation.Word] {
        products.indices.sorted(by: isBefore).prefix(count).map { token in
          .init(text: text(token), token: token, distance: distances[token], cosine: cosines[token])
        }
      }
      return (
        lengths[row], words { (distances[$0], $0) < (distances[$1], $1) },
        words { (-cosines[$0], $0) < (-cosines[$1], $1) }
      )
    }
  }

  private func text(_ token: Int) -> String {
    let text = tokenizer.readable(token)
    // Special tokens stand for themselves.
    return text.hasSuffix(" ") ? String(text.dropLast()) : token >= tokenizer.startToken ? text : text + "…"
  }

  private static func norms(_ rows: Tensor) -> [Double] {
    (0..<rows.rows).map { row in
      rows.rows(row..<row + 1).withElements { $0.reduce(0) { $0 + Double($1) * Double($1) } }.squareRoot()
    }
  }
}
