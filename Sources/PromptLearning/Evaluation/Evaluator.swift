import Basics
import CLIP
import Datasets
import Optimization
import Tensors

/// Runs a prompted model over labelled images.
public struct Evaluator {
  private let model: PromptedCLIP
  private let batches: ImageBatches
  private let batchSize: Int

  /// An evaluator of a model on a set of images, whose labels are those of the model's classes.
  ///
  /// - Parameters:
  ///   - backbone: What the model's weights come from.
  ///   - frozen: Where features and decoded images come from.
  public init(
    _ model: PromptedCLIP, on set: ImageSet, backbone: Backbone, frozen: FrozenResults = FrozenResults()
  ) throws {
    self.model = model
    // Pixels, and texts for every image, take memory.
    batchSize = model.takesFeatures && !model.dependsOnImage ? max(set.count, 1) : 64
    batches = try ImageBatches(set, for: model, backbone: backbone, frozen: frozen)
  }

  /// How well the model does with the given parameters.
  public func callAsFunction(_ parameters: ParameterSet) throws -> Evaluation {
    let logProbabilities = try logProbabilities(parameters)
    let classes = model.context.classNames.count
    var counts = Array(repeating: 0, count: classes)
    var correct = counts
    var loss = 0.0
    for (row, label) in batches.labels.enumerated() {
      let values = logProbabilities[row]
      counts[label] += 1
      loss -= Double(values[label])
      if values.largestIndex == label { correct[label] += 1 }
    }
    return Evaluation(
      classes: model.context.classNames.indices.map {
        .init(name: model.context.classNames[$0], count: counts[$0], correct: correct[$0])
      },
      crossEntropy: loss / Double(max(batches.count, 1)))
  }

  /// ln of the probability of each class, image by image.
  ///
  /// - Throws: ``Failure`` if the model says something that is not a number.
  public func logProbabilities(_ parameters: ParameterSet) throws -> [[Float]] {
    let constants = parameters.constants()
    let texts = try model.textFeatures(parameters: constants)
    var rows: [[Float]] = []
    for start in stride(from: 0, to: batches.count, by: batchSize) {
      let indices = Array(start..<min(start + batchSize, batches.count))
      let logits = try model(try batches.images(indices), parameters: constants, texts: texts).logits.value
      guard logits.isFinite else {
        throw Failure("the model's logits are not finite: the prompts or the backbone hold numbers that are too large")
      }
      let logProbabilities = logits.logSoftmax()
      rows += indices.indices.map { logProbabilities.rows($0..<$0 + 1).elements }
    }
    return rows
  }
}

extension [Float] {
  /// The index of the largest element, the first of equals.
  public var largestIndex: Int { indices.max { self[$0] < self[$1] || (self[$0] == self[$1] && $0 > $1) } ?? 0 }
}
