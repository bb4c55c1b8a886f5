import Basics
import CLIPModel
import Optimization
import Tensors
import PromptLearning

/// How much memory a run will take at its largest step, by counting.
///
/// Not counted are libraries, and teachers, which are let go before the first step where images are seen as they are.
public struct PredictedMemory: Sendable {
  /// Bytes of the backbone's weights.
  public let weights: Int
  /// Encoding texts.
  public let texts: MemoryCount
  /// Encoding a step's images; nil where frozen features are enough.
  public let images: MemoryCount?
  /// Bytes of a step's images as pixels, normalised and once more as patches, and those that are made ready for the next steps; 0
  /// where frozen features are enough.
  public let pixels: Int

  /// Bytes at the largest step.
  public var peak: Int { weights + step }

  /// What a step takes besides the weights. Encoders work one after the other: what both keep is there at the end of the way
  /// forward.
  public var step: Int { texts.kept + (images?.kept ?? 0) + max(texts.passing, images?.passing ?? 0) + pixels }

  /// The memory of a step of a model.
  ///
  /// - Parameters:
  ///   - batchSize: Images in a step.
  ///   - weights: Bytes of the weights.
  ///   - encodesImages: Whether every step encodes its images even where frozen features would be enough, as with augmentation.
  ///   - worksAhead: Whether the images of the next steps are made ready beside a step.
  /// - Throws: what the structure throws; ``Failure`` if its prompts do not fit the backbone.
  public init(
    _ model: PromptedCLIP, _ parameters: ParameterSet, batchSize: Int, weights: Int, encodesImages: Bool = false,
    worksAhead: Bool = false
  ) throws {
    let configuration = model.model.configuration
    let limit = model.model.activationLimit
    let prompts = try model.prompts(parameters: parameters, images: batchSize)
    self.weights = weights
    // Lists of texts are encoded one after the other; only one of them holds prompts.
    let each = prompts.texts.map { MemoryCount(configuration, texts: $0, limit: limit) }
    guard let largest = each.max(by: { $0.total < $1.total }) else {
      throw Failure("\(type(of: model.structure).name) gives no texts")
    }
    texts = largest
    let takesFeatures = model.takesFeatures && !encodesImages
    images =
      takesFeatures
      ? nil : MemoryCount(configuration, images: batchSize, prompts: prompts.vision, limit: limit)
    let imageBytes = 3 * configuration.imageSize * configuration.imageSize * MemoryLayout<Float>.stride
    let ahead = worksAhead ? PixelBatches.depth(batchSize: batchSize) : 0
    pixels = takesFeatures ? 0 : (2 + ahead) * batchSize * imageBytes
  }

  /// What to say before a step that would not fit; nil for one that does.
  ///
  /// - Parameter available: Bytes that can be taken now that the weights are loaded; nil if that is not known.
  public func shortage(available: Int?) -> String? {
    guard let available, step > available else { return nil }
    let (texts, images) = (ByteCount.text(texts.total), ByteCount.text(images?.total ?? 0))
    return
      "a step will take about \(ByteCount.text(step)) besides the weights' \(ByteCount.text(weights)), \(texts) of it for "
      + "texts and \(images) for images, and \(ByteCount.text(available)) are free"
  }
}
