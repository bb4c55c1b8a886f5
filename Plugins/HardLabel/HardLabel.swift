import PromptLearning
import Tensors

/// Cross entropy with the labels, mean over the batch.
public struct HardLabel: SupervisionTerm {
  /// The name on the command line.
  public static let name = "hard-label"
  /// One line on what it does.
  public static let summary = "Cross entropy with the labels."
  /// Nothing to cite.
  public static let paper: String? = nil

  /// The options.
  public let options: NoOptions
  /// A term with the given options.
  public init(options: NoOptions = NoOptions()) { self.options = options }

  /// The cross entropy.
  public func loss(_ input: SupervisionInput) -> Variable {
    input.prediction.logits.softmaxCrossEntropy(labels: input.labels)
  }
}
