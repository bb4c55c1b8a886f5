import PromptLearning
import Tensors

/// Cross entropy with the labels, mean over the batch.
public struct HardLabel: SupervisionTerm {
  /// The weight of the term.
  public struct Options: PluginOptions {
    /// What the cross entropy is multiplied by.
    public var weight = 1.0
    /// The defaults.
    public init() {}
    /// Every option.
    public static var all: [PluginOption<Options>] {
      [.number("weight", \.weight, in: 0...1e6, "factor of the term in the loss")]
    }
  }

  /// The name on the command line.
  public static let name = "hard-label"
  /// One line on what it does.
  public static let summary = "Cross entropy with the labels."
  /// Nothing to cite.
  public static let paper: String? = nil

  /// The options.
  public let options: Options
  /// A term with the given options.
  public init(options: Options = Options()) { self.options = options }

  /// The weighted cross entropy.
  public func loss(_ input: SupervisionInput) -> Variable {
    input.prediction.logits.softmaxCrossEntropy(labels: input.labels) * Float(options.weight)
  }
}
