import Basics
import PromptLearning
import Tensors

/// A batch of random predictions of a student and of frozen models.
struct ToyBatch {
  /// What a model says: `logits`, `images` and `texts`, the names of ``PromptLearning/Prediction``'s parts.
  typealias Parts = [String: Tensor]

  /// Another order of the images.
  static let imageOrder = [4, 2, 0, 3, 1]
  /// Another order of the classes.
  static let classOrder = [2, 6, 0, 5, 1, 4, 3]
  private static let embedDimension = 12

  /// What the student says.
  private(set) var student: Parts
  private var labels = [3, 0, 6, 3, 1]
  private var frozen: [FrozenModelRequest: Parts] = [:]
  /// Whether each image has its own texts, in the student.
  private let perImage: Bool

  /// - Parameter requests: The frozen models that are there.
  init(perImage: Bool, requests: [FrozenModelRequest]) {
    self.perImage = perImage
    var stream = RandomStream(name: "conformance-batch")
    student = Self.parts(perImage: perImage, from: &stream)
    for request in requests { frozen[request] = Self.parts(perImage: false, from: &stream) }
  }

  private static func parts(perImage: Bool, from stream: inout RandomStream) -> Parts {
    let (images, classes) = (imageOrder.count, classOrder.count)
    func normals(_ rows: Int, _ columns: Int, deviation: Double) -> Tensor {
      Tensor(shape: [rows, columns], stream.normals(rows * columns, deviation: deviation))
    }
    func unit(_ rows: Int) -> Tensor {
      Variable(normals(rows, embedDimension, deviation: 1)).rowsNormalized().value
    }
    return [
      "logits": normals(images, classes, deviation: 2), "images": unit(images),
      "texts": unit(perImage ? images * classes : classes),
    ]
  }

  /// What the term judges.
  var input: SupervisionInput { input(student: student.mapValues { Variable($0) }) }

  /// The same with other predictions of the student.
  func input(student: [String: Variable]) -> SupervisionInput {
    func prediction(_ parts: [String: Variable]) -> Prediction {
      Prediction(logits: parts["logits"]!, imageFeatures: parts["images"]!, textFeatures: parts["texts"]!)
    }
    return SupervisionInput(
      prediction: prediction(student), labels: labels,
      frozen: frozen.mapValues { prediction($0.mapValues { Variable($0) }) })
  }

  /// The batch with its images in another order.
  func withImages(_ order: [Int]) -> ToyBatch {
    var batch = self
    batch.labels = order.map { labels[$0] }
    batch.student = Self.withImages(order, student, perImage: perImage)
    batch.frozen = frozen.mapValues { Self.withImages(order, $0, perImage: false) }
    return batch
  }

  private static func withImages(_ order: [Int], _ parts: Parts, perImage: Bool) -> Parts {
    var parts = parts
    for name in ["logits", "images"] { parts[name] = parts[name]!.gatheringRows(order) }
    if perImage {
      let classes = classOrder.count
      parts["texts"] = parts["texts"]!.gatheringRows(
        order.flatMap { image in (0..<classes).map { image * classes + $0 } })
    }
    return parts
  }

  /// The batch with its classes in another order.
  func withClasses(_ order: [Int]) -> ToyBatch {
    var batch = self
    batch.labels = labels.map { order.firstIndex(of: $0)! }
    batch.student = Self.withClasses(order, student)
    batch.frozen = frozen.mapValues { Self.withClasses(order, $0) }
    return batch
  }

  private static func withClasses(_ order: [Int], _ parts: Parts) -> Parts {
    var parts = parts
    parts["logits"] = parts["logits"]!.gatheringColumns(order)
    let texts = parts["texts"]!
    parts["texts"] = texts.gatheringRows(
      (0..<texts.rows).map { $0 / order.count * order.count + order[$0 % order.count] })
    return parts
  }
}

extension Tensor {
  fileprivate func gatheringRows(_ indices: [Int]) -> Tensor { Variable(self).gatheringRows(indices).value }
}
