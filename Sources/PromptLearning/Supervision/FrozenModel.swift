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

extension PromptContext {
  /// The normalised features of all classes in hand-written templates, averaged over these and normalised again,
  /// `[classes, embed]`.
  ///
  /// - Parameter templates: Separated by `|`; nil for the task's own.
  public func textFeatures(templates: String?, of model: CLIP) throws -> Variable {
    let prompts = Prompts(texts: try sequences(templates: templates))
    return try model.textFeatures(averaging: prompts.texts)
  }

  /// Each class name in every one of some templates.
  ///
  /// - Parameter templates: Separated by `|`; nil or empty for the task's own.
  public func sequences(templates: String?) throws -> [TextPrompts] {
    let list = (templates ?? "").split(separator: "|").map(String.init)
    return try (list.isEmpty ? [template] : list).map { try sequences(template: $0) }
  }
}

extension CLIP {
  /// The normalised features of texts; of several lists, their mean, normalised again.
  func textFeatures(averaging texts: [TextPrompts]) throws -> Variable {
    let each = try texts.map { try textFeatures($0).rowsNormalized() }
    guard each.count > 1 else { return each[0] }
    return (each.dropFirst().reduce(each[0], +) * (1 / Float(each.count))).rowsNormalized()
  }
}
