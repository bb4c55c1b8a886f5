import Foundation

/// Counts what a classifier says of labelled images, one after another.
package struct EvaluationTally {
  private let classNames: [String]
  private var counts: [Int]
  private var correct: [Int]
  private var loss = 0.0

  /// A tally of no images.
  package init(classNames: [String]) {
    self.classNames = classNames
    counts = Array(repeating: 0, count: classNames.count)
    correct = counts
  }

  /// Counts an image.
  ///
  /// - Parameter logProbabilities: ln of the probability of each class.
  package mutating func add(index: Int, name: String, label: Int, logProbabilities: [Float]) -> EvaluatedImage {
    let predicted = logProbabilities.largestIndex
    return add(
      index: index, name: name, label: label, logProbability: logProbabilities[label],
      predicted: (predicted, logProbabilities[predicted]))
  }

  /// Counts an image.
  ///
  /// - Parameters:
  ///   - logProbability: ln of the probability of its label.
  ///   - predicted: The label of the largest probability, and ln of it.
  mutating func add(
    index: Int, name: String, label: Int, logProbability: Float, predicted: (label: Int, logProbability: Float)
  ) -> EvaluatedImage {
    let image = EvaluatedImage(
      index: index, name: name, label: label, predictedLabel: predicted.label, loss: -Double(logProbability),
      confidence: exp(Double(predicted.logProbability)))
    counts[label] += 1
    loss += image.loss
    if image.isCorrect { correct[label] += 1 }
    return image
  }

  /// How well the classifier did.
  package var evaluation: Evaluation {
    Evaluation(
      classes: classNames.indices.map { .init(name: classNames[$0], count: counts[$0], correct: correct[$0]) },
      crossEntropy: loss / Double(max(counts.reduce(0, +), 1)))
  }
}
