import Basics
import StandardPlugins
import PromptLearning
import Tensors

/// CoOp whose model (``TinyRun/model(_:_:)``) encodes every image in every step, instead of keeping its features.
struct SeenCoOp: PromptStructure {
  static let name = CoOp.name
  static let summary = "CoOp from pixels."
  static let paper: String? = nil
  static let publishedRecipe: TrainingRecipe? = nil

  let options: CoOp.Options

  func initialParameters(_ context: PromptContext, from stream: inout RandomStream) throws -> [LearnedTensor: Tensor] {
    try CoOp(options: options).initialParameters(context, from: &stream)
  }

  func prompts(_ input: PromptInput) throws -> Prompts { CoOp(options: options).prompts(input) }
}
