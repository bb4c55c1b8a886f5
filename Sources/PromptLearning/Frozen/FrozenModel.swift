import Basics
import CLIP
import Datasets
import Tensors

/// What a frozen CLIP says of a set of images and a list of classes: computed once, whatever prompts become.
struct FrozenModel: Sendable {
  private let logits: Tensor
  private let imageFeatures: Tensor
  private let textFeatures: Tensor

  /// - Parameters:
  ///   - request: Which model with which templates.
  ///   - student: The backbone that prompts are learned on.
  ///   - frozen: Where features come from; logits are their product, and so cached in this form.
  /// - Throws: ``Failure`` if the backbone cannot be loaded, or cannot read words.
  init(
    _ request: FrozenModelRequest, student: Backbone, classNames: [String], template: String, images: ImageSet,
    frozen: FrozenResults
  ) throws {
    let backbone = try request.backbone.map { try Backbone(named: $0) } ?? student
    let context = try PromptContext(backbone: backbone, classNames: classNames, template: template)
    let texts = CLIP.averaging(
      try context.sequences(templates: request.templates).map {
        Variable(try frozen.textFeatures(of: $0, by: backbone))
      })
    imageFeatures = try frozen.imageFeatures(of: images, by: backbone)
    textFeatures = texts.value
    logits = backbone.model.logits(images: Variable(imageFeatures), texts: texts).value
  }

  /// What it says of some of the images.
  func prediction(_ indices: [Int]) -> Prediction {
    Prediction(
      logits: Variable(logits).gatheringRows(indices), imageFeatures: Variable(imageFeatures).gatheringRows(indices),
      textFeatures: Variable(textFeatures))
  }
}
