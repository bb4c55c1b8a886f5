import Basics
import Tensors

/// The fingerprint of the arithmetic: OpenBLAS's kernels, and a sample of what a backbone computes here, bit for bit.
///
/// The last bits of features follow from the weights, from the code of the encoders and from the processor, for which
/// OpenBLAS and the vector kernels choose their instructions. A sample of features tells when any of these changes.
public struct Arithmetic: Codable, Equatable, Sendable {
  /// OpenBLAS's kernel family, see ``BLAS/kernels``.
  public let kernels: String
  /// The hash of the image feature of one generated image, in 32 digits.
  public let images: String
  /// The hash of the features of a few drawn texts.
  public let texts: String

  /// What this process computes with a backbone.
  public init(of backbone: Backbone) {
    let model = backbone.model
    let configuration = backbone.configuration
    var stream = RandomStream(name: "arithmetic")
    let size = backbone.preprocessing.size
    let pixels = (0..<size * size * 3).map { _ in UInt8(truncatingIfNeeded: stream.next()) }
    kernels = BLAS.kernels
    images =
      ContentHash(
        of: model.imageFeatures(backbone.preprocessing.tensor(pixels: pixels)).rowsNormalized().value.elements
      ).digits
    let tokens = (1...4).map { length in
      [configuration.startToken]
        + (0..<min(length, configuration.contextLength - 2)).map { _ in
          Int.random(in: 0..<configuration.vocabularySize, using: &stream)
        } + [configuration.endToken]
    }
    // Only a text beyond the context length fails, and these are cut to it.
    texts =
      ContentHash(of: try! model.textFeatures(TextPrompts(tokens: tokens)).rowsNormalized().value.elements).digits
  }

  /// Both samples in 32 digits.
  public var digits: String { ContentHash(of: images + texts).digits }
}
