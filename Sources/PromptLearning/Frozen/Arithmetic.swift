import Basics
import CLIP
import Tensors

/// A sample of what a backbone computes here, bit for bit: features of one drawn picture and of a few drawn texts.
///
/// The last bits of features follow from the weights, from the code of the encoders and from the processor, for which
/// OpenBLAS and the vector kernels choose their instructions. Nobody has to know all of that to see when it changes.
struct Arithmetic: Sendable {
  /// Of the image encoder.
  let images: ContentHash
  /// Of the text encoder.
  let texts: ContentHash

  init(of backbone: Backbone) {
    let model = backbone.model
    let configuration = backbone.configuration
    var stream = RandomStream(name: "arithmetic")
    let size = backbone.preprocessing.size
    let pixels = (0..<size * size * 3).map { _ in UInt8(truncatingIfNeeded: stream.next()) }
    images = ContentHash(
      of: model.imageFeatures(backbone.preprocessing.tensor(pixels: pixels)).rowsNormalized().value.elements)
    let tokens = (1...4).map { length in
      [configuration.startToken]
        + (0..<min(length, configuration.contextLength - 2)).map { _ in
          Int.random(in: 0..<configuration.vocabularySize, using: &stream)
        } + [configuration.endToken]
    }
    // A text that is too long is all that could go wrong.
    texts = ContentHash(of: try! model.textFeatures(TextPrompts(tokens: tokens)).rowsNormalized().value.elements)
  }

  /// Both in 32 digits.
  var digits: String { ContentHash(of: [images.high, images.low, texts.high, texts.low]).digits }
}
