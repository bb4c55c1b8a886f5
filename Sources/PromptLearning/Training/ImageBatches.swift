import CLIP
import Datasets
import Tensors

/// The images of a set as a prompted model takes them: frozen features, computed once, where these are enough; else pixels.
struct ImageBatches {
  /// Images that go through the image encoder at once; bounds memory, changes no number.
  private static let chunk = 64

  private let imageSet: ImageSet
  private let preprocessing: ImagePreprocessing
  private let features: Tensor?

  init(_ set: ImageSet, for model: PromptedCLIP, preprocessing: ImagePreprocessing) throws {
    imageSet = set
    self.preprocessing = preprocessing
    features = model.takesFeatures ? try Self.features(set, model.model, preprocessing) : nil
  }

  var count: Int { imageSet.count }
  var labels: [Int] { imageSet.labels }

  func images(_ indices: [Int]) throws -> PromptedCLIP.Images {
    if let features { return .features(Variable(features).gatheringRows(indices).value) }
    return .pixels(try imageSet.tensor(indices, preprocessing: preprocessing))
  }

  /// The frozen model's normalised features of all images, `[images, embed]`.
  static func features(_ set: ImageSet, _ model: CLIP, _ preprocessing: ImagePreprocessing) throws -> Tensor {
    let parts = try stride(from: 0, to: set.count, by: chunk).map { start in
      let pixels = try set.tensor(Array(start..<min(start + chunk, set.count)), preprocessing: preprocessing)
      return model.imageFeatures(pixels).rowsNormalized()
    }
    return Variable.concatenatingRows(parts).value
  }
}
