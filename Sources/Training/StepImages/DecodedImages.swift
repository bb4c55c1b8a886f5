import Basics
import Datasets
import Images
import Synchronization

/// The images of a set in their full size, kept in memory as far as a budget goes; the others are decoded, or drawn, every time.
package final class DecodedImages: Sendable {
  /// Bytes that the images of a run may take: 1 GiB, about 2,000 photographs of 500 × 375 pixels, or a quarter of the memory that
  /// is free if that is less.
  package static var standardBudget: Int { min(1 << 30, (AvailableMemory.bytes() ?? .max) / 4) }

  private struct Kept {
    var images: [Int: RGBImage] = [:]
    var bytes = 0
  }

  private let set: ImageSet
  private let budget: Int
  private let kept = Mutex(Kept())

  package init(_ set: ImageSet, budget: Int = standardBudget) {
    self.set = set
    self.budget = budget
  }

  /// Bytes that are kept.
  package var bytes: Int { kept.withLock { $0.bytes } }

  /// - Throws: ``Failure`` that names the image when it cannot be read.
  package func image(at index: Int) throws -> RGBImage {
    if let image = kept.withLock({ $0.images[index] }) { return image }
    let image = try set.image(at: index)
    kept.withLock { kept in
      guard kept.images[index] == nil, image.pixels.count <= budget - kept.bytes else { return }
      kept.images[index] = image
      kept.bytes += image.pixels.count
    }
    return image
  }
}
