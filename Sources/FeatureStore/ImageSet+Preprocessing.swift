import Basics
import CLIPModel
import Datasets
import Images
import Tensors

extension ImageSet {
  /// The image at an index at a model's size, with the hash of what it was made from.
  ///
  /// - Throws: ``Failure`` that names the image when it cannot be read or fitted.
  func fitted(at index: Int, _ preprocessing: ImagePreprocessing) throws -> (hash: ContentHash, image: RGBImage) {
    try withImage(at: index) { image, hash in (hash(), preprocessing.fitted(image)) }
  }

  /// The images at the given indices as a model's input, loaded and fitted on all cores.
  ///
  /// - Returns: `[indices.count, 3, size, size]`.
  /// - Throws: ``Failure`` that begins with the name of the first image that cannot be read or fitted.
  public func tensor(_ indices: [Int], preprocessing: ImagePreprocessing) throws -> Tensor {
    let fitted = try Parallel.map(indices.count) { position in
      try withImage(at: indices[position]) { image, _ in preprocessing.fitted(image).pixels }
    }
    return preprocessing.tensor(pixels: fitted.flatMap { $0 })
  }
}
