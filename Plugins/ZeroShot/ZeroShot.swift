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
    /// The defaults.
    public init() {}
    /// Every option.
    public static var all: [PluginOption<Options>] {
      [
        .text(
          "template", \.template,
          "templates with {} for the class name, separated by | and averaged; domain for that of the images' style; empty for the "
            + "task's own")
      ]
    }
  }

  /// The name on the command line.
  public static let name = "zero-shot"
  /// One line on what it does.
  public static let summary = "Hand-written templates; nothing is learned."
  /// Where it comes from.
  public static let paper: String? =
    "Radford et al., Learning Transferable Visual Models From Natural Language Supervision, 2021"
  /// There is nothing to train.
  public static let publishedRecipe: TrainingRecipe? = nil

  /// The options.
  public let options: Options
  /// A structure with the given options.
  public init(options: Options = Options()) { self.options = options }

  /// None.
  public func initialParameters(_ context: PromptContext, from stream: inout RandomStream) -> [LearnedTensor: Tensor] {
    [:]
  }

  /// Every template with every class name.
  public func prompts(_ input: PromptInput) throws -> Prompts {
    Prompts(texts: try input.context.sequences(templates: options.template))
  }
}
