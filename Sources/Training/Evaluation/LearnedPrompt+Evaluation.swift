import Basics
import CLIPModel
import Datasets
import Optimization
import Tensors
import PromptLearning
import FeatureStore

extension LearnedPrompt {
  /// How well the prompt does on a task's test images of the selected classes.
  ///
  /// - Parameters:
  ///   - backbone: The one that it was learned on.
  ///   - frozen: Where features and decoded images come from.
  ///   - each: Told of every image.
  /// - Throws: ``Failure`` if the prompt does not fit the backbone; a usage ``Failure`` if it belongs to other classes, or there
  ///   are no such classes.
  public func evaluate(
    on task: any ClassificationTask, _ classes: ClassSelection = .all, backbone: Backbone,
    frozen: FrozenResults = FrozenResults(), each: (EvaluatedImage) throws -> Void = { _ in }
  ) throws -> Evaluation {
    try evaluator(
      on: try task.testSet(classes), of: task, classes, backbone: backbone, frozen: frozen)(parameters, each: each)
  }

  /// What runs the prompt over images, whose labels are those of the selected classes.
  public func evaluator(
    on images: ImageSet, of task: any ClassificationTask, _ classes: ClassSelection, backbone: Backbone,
    frozen: FrozenResults
  ) throws -> Evaluator {
    try Evaluator(
      try model(
        on: backbone, classNames: try task.classNames(classes), template: task.template,
        domainTemplate: task.domainTemplate), on: images,
      backbone: backbone, frozen: frozen)
  }
}

extension ClassificationTask {
  /// The test images of the selected classes, the first of which has the label 0.
  public func testSet(_ classes: ClassSelection) throws -> ImageSet {
    try testSet().restricted(to: classes.labels(of: classNames.count))
  }

  /// How well a backbone does with hand-written templates on test images of the selected classes.
  ///
  /// - Parameters:
  ///   - templates: See ``PromptContext/sequences(templates:)``; nil for the task's own template.
  ///   - images: Other images than the test images.
  ///   - each: Told of every image.
  public func evaluateZeroShot(
    on backbone: Backbone, _ classes: ClassSelection = .all, templates: String? = nil, images: ImageSet? = nil,
    frozen: FrozenResults = FrozenResults(), each: (EvaluatedImage) throws -> Void = { _ in }
  ) throws -> Evaluation {
    let context = try PromptContext(
      backbone: backbone, classNames: try classNames(classes), template: template, domainTemplate: domainTemplate)
    let model = try PromptedCLIP(
      model: backbone.model, structure: HandWrittenTemplates(templates: templates), context: context,
      parameters: ParameterSet())
    return try Evaluator(model, on: try images ?? testSet(classes), backbone: backbone, frozen: frozen)(
      ParameterSet(), each: each)
  }
}

/// Hand-written templates: what learned prompts are compared with.
private struct HandWrittenTemplates: PromptStructure {
  static let name = "template"
  static let summary = "Hand-written templates; nothing is learned."
  static let paper: String? = nil
  static let publishedRecipe: TrainingRecipe? = nil

  let templates: String?

  var options: NoOptions { NoOptions() }
  init(templates: String?) { self.templates = templates }
  init(options: NoOptions) { templates = nil }

  func initialParameters(_ context: PromptContext, from stream: inout RandomStream) -> [LearnedTensor: Tensor] { [:] }

  func prompts(_ input: PromptInput) throws -> Prompts {
    Prompts(texts: try input.context.sequences(templates: templates))
  }
}
