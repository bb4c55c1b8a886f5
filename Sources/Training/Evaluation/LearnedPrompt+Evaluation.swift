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
      try model(on: backbone, classNames: try task.classNames(classes), template: task.template), on: images,
      backbone: backbone, frozen: frozen)
  }
}

extension ClassificationTask {
  /// The test images of the selected classes, the first of which has the label 0.
  public func testSet(_ classes: ClassSelection) throws -> ImageSet {
    try testSet().restricted(to: classes.labels(of: classNames.count))
  }

  /// How well a backbone does with a hand-written template on test images of the selected classes.
  ///
  /// - Parameters:
  ///   - template: With `{}` for the class name; nil for the task's own.
  ///   - images: Other images than the test images.
  public func evaluateZeroShot(
    on backbone: Backbone, _ classes: ClassSelection = .all, template: String? = nil, images: ImageSet? = nil,
    frozen: FrozenResults = FrozenResults()
  ) throws -> Evaluation {
    let context = try PromptContext(
      backbone: backbone, classNames: try classNames(classes), template: template ?? self.template)
    let model = try PromptedCLIP(
      model: backbone.model, structure: HandWrittenTemplate(), context: context, parameters: ParameterSet())
    return try Evaluator(model, on: try images ?? testSet(classes), backbone: backbone, frozen: frozen)(ParameterSet())
  }
}

/// The task's own template: what learned prompts are compared with.
private struct HandWrittenTemplate: PromptStructure {
  static let name = "template"
  static let summary = "The task's own template; nothing is learned."
  static let paper: String? = nil
  static let publishedRecipe: TrainingRecipe? = nil

  var options: NoOptions { NoOptions() }
  init() {}
  init(options: NoOptions) {}

  func initialParameters(_ context: PromptContext, from stream: inout RandomStream) -> [LearnedTensor: Tensor] { [:] }

  func prompts(_ input: PromptInput) throws -> Prompts {
    Prompts(texts: [try input.context.sequences(template: input.context.template)])
  }
}
