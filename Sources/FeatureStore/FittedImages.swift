import Basics
import CLIPModel
import Datasets
import Tensors

/// The images of a set at a model's size, read from the cache where they are there, loaded and fitted where not.
package struct FittedImages {
  let set: ImageSet
  let preprocessing: ImagePreprocessing
  /// For each image where it is kept; empty if none is.
  var rows: [CachedRow?] = []

  /// The images at the given indices as the model's input, `[indices.count, 3, size, size]`.
  package func tensor(_ indices: [Int]) throws -> Tensor {
    guard !rows.isEmpty else { return try set.tensor(indices, preprocessing: preprocessing) }
    let pixels = try Parallel.map(indices.count) { try bytes(at: indices[$0]) }
    return preprocessing.tensor(pixels: pixels.flatMap { $0 })
  }

  /// The bytes of an image at the model's size.
  package func bytes(at index: Int) throws -> [UInt8] {
    try (rows.isEmpty ? nil : rows[index]?.bytes) ?? set.fitted(at: index, preprocessing).image.pixels
  }
}
