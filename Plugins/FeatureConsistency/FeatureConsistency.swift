import PromptLearning
import Tensors

/// Keeps prompted features near the frozen model's: the mean absolute difference of normalised features, for images and for
/// classes, each with its own weight.
public struct FeatureConsistency: SupervisionTerm {
  /// The weights, and the frozen texts' templates.
  public struct Options: PluginOptions {
    /// Factor for image features.
    public var imageWeight = 10.0
    /// Factor for text features.
    public var textWeight = 25.0
    /// Templates of the frozen texts, separated by `|`; empty for the task's own.
    public var template = ""

    /// PromptSRC's weights.
    public init() {}
    public static var all: [PluginOption<Options>] {
      [
        .number("imageWeight", \.imageWeight, in: 0...1e6, "factor for the features of images"),
        .number("textWeight", \.textWeight, in: 0...1e6, "factor for the features of classes"),
        .text("template", \.template, "templates of the frozen texts, separated by |; empty for the task's own"),
      ]
    }
  }

  public static let name = "feature-consistency"
  public static let summary = "Keeps prompted image and text features near the frozen model's."
  public static let paper: String? =
    "Khattak et al., Self-regulating Prompts (PromptSRC), ICCV 2023, equations 3 and 4"

  public let options: Options
  public init(options: Options = Options()) { self.options = options }

  private var own: FrozenModelRequest { FrozenModelRequest(templates: options.template) }

  /// The student before prompting.
  public var frozenModels: [FrozenModelRequest] { [own] }

  /// The weighted differences.
  public func loss(_ input: SupervisionInput) throws -> Variable {
    let (prompted, frozen) = (input.prediction, try input[own])
    let images = (prompted.imageFeatures - frozen.imageFeatures).abs().mean()
    // Where each image has its own texts, the frozen ones stand beside each.
    let classes = frozen.textFeatures.value.rows
    let texts = frozen.textFeatures.gatheringRows((0..<prompted.textFeatures.value.rows).map { $0 % classes })
    return images * Float(options.imageWeight)
      + (prompted.textFeatures - texts).abs().mean() * Float(options.textWeight)
  }
}
