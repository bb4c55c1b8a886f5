import Basics
import CLIPModel
import PromptLearning
import Tensors

/// Nothing is learned: class names in hand-written templates.
public struct ZeroShot: PromptStructure {
  /// Which templates.
  public struct Options: PluginOptions {
    /// Templates with `{}` for the class name, separated by `|`; empty for the task's own.
    public var template = ""
    public init() {}
    public static var all: [PluginOption<Options>] {
      [
        .text(
          "template", \.template,
          "templates with {} for the class name, separated by | and averaged; domain for that of the images' style; empty for the "
            + "task's own")
      ]
    }
  }

  public static let name = "zero-shot"
  public static let summary = "Hand-written templates; nothing is learned."
  public static let paper: String? =
    "Radford et al., Learning Transferable Visual Models From Natural Language Supervision, 2021"
  public static let publishedRecipe: TrainingRecipe? = nil

  public let options: Options
  public init(options: Options = Options()) { self.options = options }

  public func initialParameters(_ context: PromptContext, from stream: inout RandomStream) -> [LearnedTensor: Tensor] {
    [:]
  }

  /// Every template with every class name.
  public func prompts(_ input: PromptInput) throws -> Prompts {
    Prompts(texts: try input.context.sequences(templates: options.template))
  }
}
