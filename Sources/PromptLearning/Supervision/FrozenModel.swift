import Basics
import CLIP
import Datasets
import Synchronization
import Tensors

/// What a frozen CLIP says of a set of images and a list of classes: computed once, whatever prompts become.
struct FrozenModel: Sendable {
  private let logits: Tensor
  private let imageFeatures: Tensor
  private let textFeatures: Tensor

  /// What was computed in this process, by everything that it depends on.
  private static let computed = Mutex<[[String]: FrozenModel]>([:])

  /// What `init` would compute, or did compute before.
  static func shared(
    _ request: FrozenModelRequest, student: Backbone, classNames: [String], template: String, images: ImageSet
  ) throws -> FrozenModel {
    let key =
      [request.backbone ?? "", request.templates ?? "", student.checksum, template] + classNames + ["images"]
      + images.names
    if let known = computed.withLock({ $0[key] }) { return known }
    let model = try FrozenModel(
      request, student: student, classNames: classNames, template: template, images: images)
    computed.withLock { $0[key] = model }
    return model
  }

  /// - Parameters:
  ///   - request: Which model with which templates.
  ///   - student: The backbone that prompts are learned on.
  /// - Throws: ``Failure`` if the backbone cannot be loaded, or cannot read words.
  init(
    _ request: FrozenModelRequest, student: Backbone, classNames: [String], template: String, images: ImageSet
  ) throws {
    let backbone = try request.backbone.map { try Backbone(named: $0) } ?? student
    let context = try PromptContext(backbone: backbone, classNames: classNames, template: template)
    let model = backbone.model
    let texts = try context.textFeatures(templates: request.templates, of: model)
    imageFeatures = try ImageBatches.features(images, model, backbone.preprocessing)
    textFeatures = texts.value
    logits = model.logits(images: Variable(imageFeatures), texts: texts).value
  }

  /// What it says of some of the images.
  func prediction(_ indices: [Int]) -> Prediction {
    Prediction(
      logits: Variable(logits).gatheringRows(indices), imageFeatures: Variable(imageFeatures).gatheringRows(indices),
      textFeatures: Variable(textFeatures))
  }
}
