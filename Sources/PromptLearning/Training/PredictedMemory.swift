import Basics
import CLIP
import Datasets
import Tensors

/// How much memory a run will take at its largest step, by counting.
public struct PredictedMemory: Sendable {
  /// Bytes of weights, teachers' among them.
  public let weights: Int
  /// Encoding texts.
  public let texts: MemoryCount
  /// Encoding a step's images; nil where frozen features are enough.
  public let images: MemoryCount?
  /// The pictures of a step.
  public let pictures: Int

  /// Bytes at the largest step.
  public var peak: Int {
    weights + texts.kept + (images?.kept ?? 0) + max(texts.passing, images?.passing ?? 0) + pictures
  }

  /// Encoders work one after the other: what both keep is there at the end of the way forward.
  init(_ model: PromptedCLIP, parameters: [String: Tensor], batchSize: Int, weights: Int) throws {
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
    let pixels = batchSize * 3 * configuration.imageSize * configuration.imageSize * MemoryLayout<Float>.stride
    images =
      model.takesFeatures
      ? nil : MemoryCount(configuration, images: batchSize, prompts: prompts.vision, limit: limit)
    // Normalised, and once more as patches.
    pictures = model.takesFeatures ? 0 : 2 * pixels
  }

  /// What to say before a run that would not fit; nil for one that does.
  ///
  /// - Parameter available: Bytes that can be taken; nil if that is not known.
  public func warning(available: Int?, batchSize: Int, limit: Double) -> String? {
    guard let available, peak > available else { return nil }
    func gigabytes(_ bytes: Int) -> String { String((Double(bytes) / 1e8).rounded() / 10) }
    return "this run will take about \(gigabytes(peak)) GB and \(gigabytes(available)) GB are free: "
      + "\(gigabytes(weights)) of weights, \(gigabytes(texts.total)) of texts, \(gigabytes(images?.total ?? 0)) of images; "
      + "give --activation-memory below \(limit), a --batch-size below \(batchSize), or fewer classes"
  }
}
