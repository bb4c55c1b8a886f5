import PromptLearning
import Tensors

/// Soft labels from a frozen CLIP: τ² · KL(softmax(teacher/τ) ‖ softmax(student/τ)), mean over the batch.
public struct SoftLabelKD: SupervisionTerm {
  /// How soft, and from whom.
  public struct Options: PluginOptions {
    /// τ, what both models' logits are divided by.
    public var temperature = 1.0
    /// The teacher's backbone; empty for the student's own.
    public var teacher = ""
    /// The teacher's templates, separated by `|`; empty for the task's own.
    public var template = ""

    /// τ 1, the student's own backbone before prompting.
    public init() {}
    public static var all: [PluginOption<Options>] {
      [
        .number("temperature", \.temperature, in: 0.01...1000, "τ, which softens both models' probabilities"),
        .text("teacher", \.teacher, "the teacher's backbone; empty for the student's own"),
        .text(
          "template", \.template,
          "the teacher's templates, separated by |; domain for that of the images' style; empty for the task's own"),
      ]
    }
  }

  public static let name = "soft-label-kd"
  public static let summary = "Soft labels distilled from a frozen CLIP used zero-shot."
  public static let paper: String? =
    "Chen et al., Revisiting Prompt Pretraining of Vision-Language Models, 2024 (RPP); Hinton et al., 2015"

  public let options: Options
  public init(options: Options = Options()) { self.options = options }

  private var teacher: FrozenModelRequest {
    FrozenModelRequest(backbone: options.teacher, templates: options.template)
  }

  /// The teacher.
  public var frozenModels: [FrozenModelRequest] { [teacher] }

  /// The divergence: its cross entropy less the teacher's entropy, which is constant.
  public func loss(_ input: SupervisionInput) throws -> Variable {
    let temperature = Float(options.temperature)
    let logTargets = try input[teacher].logits(temperature: temperature).logSoftmax()
    let targets = logTargets.exponential()
    let negativeEntropy = (targets * logTargets).sum() * (1 / Float(input.labels.count))
    let crossEntropy = input.prediction.logits(temperature: temperature).softmaxCrossEntropy(targets: targets.value)
    return (crossEntropy + negativeEntropy) * (temperature * temperature)
  }
}
