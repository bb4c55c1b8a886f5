import Basics
import StandardPlugins
import PromptLearning
import Tensors

/// CoOp whose model (``TinyRun/model(_:_:)``) encodes every image in every step, instead of keeping its features.
public struct SeenCoOp: PromptStructure {
  public static let name = CoOp.name
  public static let summary = "CoOp from pixels."
  public static let paper: String? = nil
  public static let publishedRecipe: TrainingRecipe? = nil

  public let options: CoOp.Options

  public init(options: CoOp.Options) { self.options = options }

  public func initialParameters(_ context: PromptContext, from stream: inout RandomStream) throws -> [LearnedTensor:
    Tensor]
  {
    try CoOp(options: options).initialParameters(context, from: &stream)
  }

  public func prompts(_ input: PromptInput) throws -> Prompts {
    try CoOp(options: options).prompts(input)
  }
}
