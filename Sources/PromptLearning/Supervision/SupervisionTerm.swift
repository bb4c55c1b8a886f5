import Basics
import CLIPModel
import Tensors

/// One term of the training loss. It sees what the prompted model says, the labels, and what frozen models say that it asked
/// for; it knows no structure.
public protocol SupervisionTerm: PromptPlugin {
  /// The frozen models that the term listens to (a teacher; the student before prompting).
  var frozenModels: [FrozenModelRequest] { get }

  /// The term's value for a batch, a scalar; its weight in the sum is ``Supervision``'s.
  func loss(_ input: SupervisionInput) throws -> Variable
}

extension SupervisionTerm {
  /// None.
  public var frozenModels: [FrozenModelRequest] { [] }
}

/// A CLIP used zero-shot with its own templates.
public struct FrozenModelRequest: Hashable, Sendable {
  /// The backbone's name; nil for the student's own.
  public var backbone: String?
  /// Templates with `{}` for the class name, separated by `|` and averaged; nil for the task's own.
  public var templates: String?

  /// A backbone with templates; empty texts ask for the student's own and the task's own.
  public init(backbone: String = "", templates: String = "") {
    self.backbone = backbone.isEmpty ? nil : backbone
    self.templates = templates.isEmpty ? nil : templates
  }
}

/// What a supervision judges.
public struct SupervisionInput {
  /// What the prompted model says of the batch.
  public let prediction: Prediction
  /// The label of each image of the batch.
  public let labels: [Int]
  private let frozen: [FrozenModelRequest: Prediction]

  /// A batch's prediction and labels, and what frozen models say of the same images.
  public init(prediction: Prediction, labels: [Int], frozen: [FrozenModelRequest: Prediction] = [:]) {
    self.prediction = prediction
    self.labels = labels
    self.frozen = frozen
  }

  /// What a frozen model says of the batch, as constants.
  ///
  /// - Throws: ``UndeclaredFrozenModel`` if the term did not declare it.
  public subscript(_ request: FrozenModelRequest) -> Prediction {
    get throws {
      guard let prediction = frozen[request] else { throw UndeclaredFrozenModel(request: request) }
      return prediction
    }
  }
}

/// A term asked for what a frozen model says without declaring the model in ``SupervisionTerm/frozenModels``.
public struct UndeclaredFrozenModel: Error, CustomStringConvertible, Equatable, Sendable {
  /// The model that was asked for.
  public let request: FrozenModelRequest

  /// What an author of a term reads.
  public var description: String {
    "a supervision listens to a frozen model (backbone \(request.backbone ?? "of the student"), "
      + "templates \(request.templates ?? "of the task")) that is not among its frozenModels; declare it there"
  }
}

/// What a model says of some images.
public struct Prediction {
  /// `[images, classes]`.
  public let logits: Variable
  /// Normalised, `[images, embed]`.
  public let imageFeatures: Variable
  /// Normalised, `[classes, embed]`; `[images · classes, embed]` for prompts that depend on the image.
  public let textFeatures: Variable
  /// What stands for the classes that a step does not see: added to the logits after their division by a temperature, `[classes]`;
  /// nil where all classes are seen. See ``ClassSample/correction``.
  public var correction: Tensor?

  /// A prediction of the given parts.
  public init(logits: Variable, imageFeatures: Variable, textFeatures: Variable) {
    self.logits = logits
    self.imageFeatures = imageFeatures
    self.textFeatures = textFeatures
  }

  /// The logits as softmaxes of losses take them: divided by a temperature, with the ``correction``.
  public func logits(temperature: Float) -> Variable {
    let softened = temperature == 1 ? logits : logits * (1 / temperature)
    return correction.map { softened.addingToRows(Variable($0)) } ?? softened
  }
}
