import Basics
import CLIPModel
import Datasets
import Tensors
import PromptLearning
import FeatureStore

/// What a frozen CLIP says of a set of images and a list of classes. Its features are computed once, whatever prompts become;
/// logits are a batch's: for 21,000 classes and a million images all of them would take 84 GB.
package struct FrozenModel: Sendable {
  private let logitScale: Tensor
  private let imageFeatures: ImageFeatures
  private let textFeatures: Tensor
  /// The model itself, where it has to encode images that are changed before every step; else nil, and its weights can go.
  let backbone: Backbone?

  /// - Parameters:
  ///   - request: Which model with which templates.
  ///   - own: The backbone that prompts are learned on.
  ///   - student: What its model is asked about: classes and templates.
  ///   - frozen: Where features come from.
  ///   - isKept: Whether the model will be asked about other images than these.
  /// - Throws: ``Failure`` if the backbone cannot be loaded, or cannot read words.
  package init(
    _ request: FrozenModelRequest, own: Backbone, student: PromptContext, images: ImageSet, frozen: FrozenResults,
    isKept: Bool = false
  ) throws {
    let backbone = try request.backbone.map { try Backbone(named: $0).with(own.precision) } ?? own
    let context = try PromptContext(
      backbone: backbone, classNames: student.classNames, template: student.template,
      domainTemplate: student.domainTemplate)
    let texts = CLIP.averaging(
      try context.sequences(templates: request.templates).map {
        Variable(try frozen.textFeatures(of: $0, by: backbone))
      })
    imageFeatures = try frozen.imageFeatures(of: images, by: backbone)
    textFeatures = texts.value
    logitScale = backbone.model.logitScale.value
    self.backbone = isKept ? backbone : nil
  }

  /// What it says of a batch of the images. The last bits of an image's logits can depend on the batch that it is in, and are
  /// the same for the same batch.
  ///
  /// - Parameter sample: The classes that it is asked about; nil for all.
  /// - Throws: ``Failure`` naming a file of features that is damaged.
  package func prediction(_ indices: [Int], of sample: ClassSample? = nil) throws -> Prediction {
    prediction(ofFeatures: Variable(try imageFeatures.rows(indices)), of: sample)
  }

  /// What it says of any images.
  ///
  /// - Parameter images: Its own normalised features of them.
  func prediction(ofFeatures images: Variable, of sample: ClassSample? = nil) -> Prediction {
    let texts = sample.map { Variable(textFeatures).gatheringRows($0.classes) } ?? Variable(textFeatures)
    var prediction = Prediction(
      logits: CLIP.logits(images: images, texts: texts, logitScale: Variable(logitScale)), imageFeatures: images,
      textFeatures: texts)
    prediction.correction = sample?.correction
    return prediction
  }
}
