import Basics
import CLIPModel
import Datasets
import Optimization
import Tensors
import PromptLearning
import FeatureStore

/// Runs a prompted model over labelled images, a batch at a time: logits of all images and classes need not fit into memory.
public struct Evaluator {
  private let model: PromptedCLIP
  private let set: ImageSet
  private let batches: ImageBatches
  /// Images of which logits are computed at once.
  package let batchSize: Int

  /// An evaluator of a model on a set of images, whose labels are those of the model's classes.
  ///
  /// - Parameters:
  ///   - backbone: What the model's weights come from.
  ///   - frozen: Where features and decoded images come from.
  public init(
    _ model: PromptedCLIP, on set: ImageSet, backbone: Backbone, frozen: FrozenResults = FrozenResults()
  ) throws {
    self.model = model
    self.set = set
    // Pixels, and texts for every image, take memory; features only make logits, of which four million are 16 MB.
    let isLight = model.takesFeatures && !model.dependsOnImage
    batchSize = isLight ? min(1024, max(64, (4 << 20) / max(1, model.context.classNames.count))) : 64
    batches = try ImageBatches(set, for: model, backbone: backbone, frozen: frozen)
  }

  /// How well the model does with the given parameters.
  ///
  /// - Parameter each: Told of every image in the set's order.
  /// - Throws: ``Failure`` if the model's logits are not finite; what `each` throws.
  public func callAsFunction(
    _ parameters: ParameterSet, each: (EvaluatedImage) throws -> Void = { _ in }
  ) throws -> Evaluation {
    try self(parameters, texts: model.textFeatures(parameters: parameters.constants()), each: each)
  }

  /// The same with the features of the classes at hand.
  ///
  /// - Parameter texts: What ``PromptedCLIP/textFeatures(parameters:)`` returned for the parameters.
  package func callAsFunction(
    _ parameters: ParameterSet, texts: Variable?, each: (EvaluatedImage) throws -> Void = { _ in }
  ) throws -> Evaluation {
    var tally = EvaluationTally(classNames: model.context.classNames)
    try forEachBatch(parameters, texts) { indices, logProbabilities in
      let predicted = logProbabilities.rowMaxima()
      try logProbabilities.withElements { elements in
        for (row, index) in indices.enumerated() {
          let label = set.labels[index]
          try each(
            tally.add(
              index: index, name: set.name(at: index), label: label,
              logProbability: elements[row * logProbabilities.columns + label],
              predicted: (predicted[row].column, predicted[row].value)))
        }
      }
    }
    return tally.evaluation
  }

  /// Calls `body` with the index of every image in order, and with ln of the probability of each class.
  ///
  /// - Throws: ``Failure`` if the model's logits are not finite; what `body` throws.
  public func forEachImage(
    _ parameters: ParameterSet, _ body: (_ index: Int, _ logProbabilities: [Float]) throws -> Void
  ) throws {
    try forEachBatch(parameters, model.textFeatures(parameters: parameters.constants())) { indices, logProbabilities in
      for (row, index) in indices.enumerated() { try body(index, logProbabilities.rows(row..<row + 1).elements) }
    }
  }

  /// Calls `body` with the indices of the images of every batch, and with ln of the probabilities, `[images, classes]`.
  private func forEachBatch(
    _ parameters: ParameterSet, _ texts: Variable?, _ body: ([Int], Tensor) throws -> Void
  ) throws {
    let constants = parameters.constants()
    for start in stride(from: 0, to: set.count, by: batchSize) {
      let indices = Array(start..<min(start + batchSize, set.count))
      let logits = try model(try batches.images(indices), parameters: constants, texts: texts).logits.value
      guard logits.isFinite else {
        throw Failure.notFinite(
          "the model's logits are not finite: the prompts or the backbone hold numbers that are too large")
      }
      try body(indices, logits.logSoftmax())
    }
  }
}

extension [Float] {
  /// The index of the largest element, the first of equals.
  public var largestIndex: Int { indices.max { self[$0] < self[$1] || (self[$0] == self[$1] && $0 > $1) } ?? 0 }
}
