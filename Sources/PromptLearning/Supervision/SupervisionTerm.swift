import Tensors

/// One term of the training loss. It sees what the prompted model says, and the labels; it knows no structure.
public protocol SupervisionTerm: PromptPlugin {
  /// The term's share of the loss, weight included, as a scalar.
  func loss(_ input: SupervisionInput) throws -> Variable
}

/// What a supervision judges.
public struct SupervisionInput {
  /// What the prompted model says of the batch.
  public let prediction: Prediction
  /// The label of each image of the batch.
  public let labels: [Int]

  /// A batch's prediction and labels.
  public init(prediction: Prediction, labels: [Int]) {
    self.prediction = prediction
    self.labels = labels
  }
}

/// What the prompted model says of some images.
public struct Prediction {
  /// `[images, classes]`.
  public let logits: Variable
  /// Normalised, `[images, embed]`.
  public let imageFeatures: Variable
  /// Normalised, `[classes, embed]`; `[images · classes, embed]` for prompts that depend on the image.
  public let textFeatures: Variable

  /// A prediction of the given parts.
  public init(logits: Variable, imageFeatures: Variable, textFeatures: Variable) {
    self.logits = logits
    self.imageFeatures = imageFeatures
    self.textFeatures = textFeatures
  }
}
