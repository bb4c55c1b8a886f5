import Basics
import CLIPModel
import Foundation
import PromptLearning
import Tensors

/// A small random CLIP with words and images: fast enough that every requirement can be tried out on it.
struct ToyBackbone {
  /// The backbone in a message.
  let name: String
  let weights: BackboneWeights
  let model: CLIP
  /// Random normalised pixels, `[4, 3, size, size]`.
  let images: Tensor

  /// Names of one, two and three words, some words shared; an odd number of them, so that no other size is the same.
  static let classNames = [
    "red circle", "boat", "large blue_square", "tree", "red boat", "small old lamp", "lamp", "dark circle", "fox",
    "green cat", "cat", "wide red fox", "spoon",
  ]
  static let template = "a photo of a {}."
  static let imageCount = 4

  private init(_ name: String, _ configuration: CLIPConfiguration, seed: UInt64) {
    self.name = name
    weights = BackboneWeights(random: configuration, seed: seed)
    model = weights.model
    let shape = [Self.imageCount, 3, configuration.imageSize, configuration.imageSize]
    var stream = RandomStream(purpose: "conformance-images", task: name, seed: seed)
    images = Tensor(shape: shape, stream.normals(shape.reduce(1, *), deviation: 1))
  }

  /// The vision encoder is the wider and the deeper one.
  static func first() -> ToyBackbone {
    ToyBackbone(
      "the first toy backbone",
      CLIPConfiguration(
        text: .init(width: 32, layers: 3, heads: 2), vision: .init(width: 48, layers: 4, heads: 3),
        embedDimension: 64, contextLength: 77, vocabularySize: 4096, patchSize: 4, imageSize: 8,
        activation: .quickGELU), seed: 1)
  }

  /// Every size differs from the first's, and the text encoder is the wider and the deeper one.
  static func second() -> ToyBackbone {
    ToyBackbone(
      "the second toy backbone",
      CLIPConfiguration(
        text: .init(width: 80, layers: 5, heads: 5), vision: .init(width: 56, layers: 3, heads: 2, hiddenWidth: 100),
        embedDimension: 96, contextLength: 90, vocabularySize: 5000, patchSize: 5, imageSize: 15, activation: .gelu),
      seed: 2)
  }

  /// One layer in each encoder.
  static func shallow() -> ToyBackbone {
    ToyBackbone(
      "a backbone of one layer",
      CLIPConfiguration(
        text: .init(width: 32, layers: 1, heads: 2), vision: .init(width: 48, layers: 1, heads: 3),
        embedDimension: 64, contextLength: 77, vocabularySize: 4096, patchSize: 4, imageSize: 8,
        activation: .quickGELU), seed: 3)
  }

  /// The classes in some order, with images to start from.
  func context(classNames: [String] = ToyBackbone.classNames) throws -> PromptContext {
    let (count, images) = (weights.configuration.vocabularySize - 2, images)
    return try PromptContext(
      weights: weights, classNames: classNames, template: Self.template,
      tokenize: { Self.tokens(of: $0, vocabulary: count) }, sampleImages: { images })
  }

  /// One token for each word and each punctuation mark, a function of its letters.
  private static func tokens(of text: String, vocabulary: Int) -> [Int] {
    var words: [String] = [""]
    for character in text.lowercased() {
      if character.isLetter || character.isNumber {
        words[words.count - 1].append(character)
      } else {
        words += character.isWhitespace ? [""] : [String(character), ""]
      }
    }
    return words.filter { !$0.isEmpty }.map { word in
      var stream = RandomStream(name: word)
      return Int(stream.next() % UInt64(vocabulary))
    }
  }

  /// Some images as a batch.
  func images(_ indices: [Int]) -> Tensor {
    let size = weights.configuration.imageSize
    let pixels = 3 * size * size
    return Variable(images.reshaped([Self.imageCount, pixels])).gatheringRows(indices).value
      .reshaped([indices.count, 3, size, size])
  }

  /// The normalised features of some images.
  func imageFeatures(_ indices: [Int]) -> Variable { model.imageFeatures(images(indices)).rowsNormalized() }
}
