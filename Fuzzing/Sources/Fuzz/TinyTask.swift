import Datasets
import Images

/// A task of six gray images.
struct TinyTask: ClassificationTask {
  let name = "tiny"
  let classNames: [String]
  let template = "a photo of a {}."
  let domainTemplate: String? = nil

  func trainingSet(_ shots: Shots, labels: Range<Int>, seed: UInt64) -> ImageSet { images }
  func validationSet(seed: UInt64) -> ImageSet? { images }
  func testSet() -> ImageSet { images }

  private var images: ImageSet {
    let labels = (0..<6).map { $0 % max(1, classNames.count) }
    return ImageSet(labels: labels, names: labels.indices.map { "image \($0)" }) {
      RGBImage(width: 8, height: 8, gray: UInt8($0 * 40))
    }
  }
}
