import Basics
import Tensors
import Tokenization

/// A frozen CLIP with all that is needed to use it: weights, tokenizer, and how images are prepared.
public struct Backbone: Sendable {
  /// What the user called it: `embedded:student`, `random:ViT-B-16`, or a path.
  public let name: String
  /// The weights of both encoders.
  public private(set) var weights: BackboneWeights
  /// How the model multiplies by them.
  public private(set) var precision = Precision.fp32
  /// Cuts words into tokens; nil for a backbone that comes without merges.
  public let tokenizer: BytePairTokenizer?
  /// How images become its input.
  public let preprocessing: ImagePreprocessing
  /// What is known of it besides; nil unless it was made by RPP.
  public let card: BackboneCard?
  /// The identity of the weights: a ``Checksum`` over the names, shapes and 32-bit values of all weights in the order of
  /// their names, whatever the file stores them as.
  public let checksum: String

  /// A backbone of the given parts.
  ///
  /// - Throws: ``Failure`` if tokenizer or preprocessing do not fit the weights' sizes.
  public init(
    name: String, weights: BackboneWeights, tokenizer: BytePairTokenizer?, preprocessing: ImagePreprocessing,
    card: BackboneCard? = nil
  ) throws {
    let configuration = weights.configuration
    if let tokenizer, tokenizer.vocabularySize != configuration.vocabularySize {
      throw Failure(
        "\(name): the tokenizer has \(tokenizer.vocabularySize) tokens, the model \(configuration.vocabularySize)")
    }
    try preprocessing.validate(for: configuration, origin: name)
    self.name = name
    self.weights = weights
    self.tokenizer = tokenizer
    self.preprocessing = preprocessing
    self.card = card
    checksum = weights.checksum
  }

  /// The sizes of both encoders.
  public var configuration: CLIPConfiguration { weights.configuration }

  /// The same backbone in a precision, which the processor must support (``HalfPrecision/isSupported``).
  public func with(_ precision: Precision) -> Backbone {
    guard precision != self.precision else { return self }
    var copy = self
    copy.weights = weights.with(precision)
    copy.precision = precision
    return copy
  }

  /// The frozen model.
  public var model: CLIP { weights.model }

  /// The tokens of a text, start and end token included.
  ///
  /// - Throws: ``Failure`` if the backbone has no tokenizer.
  public func tokens(of text: String) throws -> [Int] {
    guard let tokenizer else {
      throw Failure(
        "the backbone \(name) has no tokenizer, and words need one: set RPP_MERGES to the path of CLIP's merges "
          + "(bpe_simple_vocab_16e6.txt.gz)")
    }
    return [configuration.startToken] + tokenizer.encode(text) + [configuration.endToken]
  }
}
