import PromptLearning
import Tensors

/// Cross entropy with the labels, mean over the batch.
public struct HardLabel: SupervisionTerm {
  public static let name = "hard-label"
  public static let summary = "Cross entropy with the labels."
  public static let paper: String? = nil

  public let options: NoOptions
  public init(options: NoOptions = NoOptions()) { self.options = options }

  /// The cross entropy.
  public func loss(_ input: SupervisionInput) -> Variable {
    input.prediction.logits(temperature: 1).softmaxCrossEntropy(labels: input.labels)
  }
}
