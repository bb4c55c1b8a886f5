import Basics
import CLIPModel
import Datasets
import Tensors
import PromptLearning
import FeatureStore

/// The images of a set as a prompted model takes them: frozen features, computed once, where these are enough; else pixels.
///
/// No image is changed at random on its way, so that features kept from before are those of the images that would be seen now;
/// ``AugmentedTraining`` has the images of steps with augmentation.
package struct ImageBatches: Sendable {
  private enum Content: Sendable {
    case features(ImageFeatures)
    case pixels(FittedImages)
  }

  /// The label of each image.
  package let labels: [Int]
  private let content: Content

  /// - Throws: ``Failure`` that begins with the name of the first image that cannot be read.
  package init(_ set: ImageSet, for model: PromptedCLIP, backbone: Backbone, frozen: FrozenResults) throws {
    labels = set.labels
    content =
      model.takesFeatures
      ? .features(try frozen.imageFeatures(of: set, by: backbone))
      : .pixels(try frozen.fittedImages(of: set, backbone.preprocessing))
  }

  /// How many there are.
  package var count: Int { labels.count }

  /// The same images where they are pixels, to be read ahead of the steps; nil where features are there.
  func pixelBatches(_ preprocessing: ImagePreprocessing) -> PixelBatches? {
    guard case .pixels(let images) = content else { return nil }
    return PixelBatches(for: [preprocessing]) { index, _ in [try images.bytes(at: index)] }
  }

  /// The images at the given places; of pixels, where several ranks compute, this rank's share.
  package func images(_ indices: [Int]) throws -> PromptedCLIP.Images {
    switch content {
    case .features(let features): .features(try features.rows(indices))
    case .pixels(let images): try .ofRanks(indices) { try images.tensor($0) }
    }
  }
}

extension PromptedCLIP.Images {
  /// The pixels of a batch, or those of this rank's share where several ranks compute.
  ///
  /// - Parameters:
  ///   - indices: The images of the batch.
  ///   - pixels: The pixels of some of them; not called for none.
  package static func ofRanks(_ indices: [Int], _ pixels: ([Int]) throws -> Tensor) rethrows -> PromptedCLIP.Images {
    guard Ranks.count > 1 else { return .pixels(try pixels(indices)) }
    let own = Ranks.share(of: indices)
    return .share(own.isEmpty ? nil : try pixels(own), of: indices.count)
  }
}
