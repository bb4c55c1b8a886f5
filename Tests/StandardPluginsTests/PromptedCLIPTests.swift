import Basics
import CLIPModel
import Optimization
import PromptLearning
import StandardPlugins
import Tensors
import TestSupport
import Testing

/// Prompts in four layers of an encoder, however many it has.
private struct FourLayers: PromptStructure {
  struct Options: PluginOptions {
    var encoder = Modality.text
    static var all: [PluginOption<Options>] { [.choice("encoder", \.encoder, "which encoder")] }
  }
  static let name = "four-layers"
  static let summary = "For a test."
  static let paper: String? = nil
  static let publishedRecipe: TrainingRecipe? = nil
  let options: Options
  private var promptsVision: Bool { options.encoder == .vision }

  func initialParameters(_ context: PromptContext, from stream: inout RandomStream) -> [LearnedTensor: Tensor] { [:] }

  func prompts(_ input: PromptInput) throws -> Prompts {
    let configuration = input.context.configuration
    func layers(_ width: Int) -> [LayerPrompt] {
      (0..<4).map { _ in LayerPrompt.tokens(Variable(Tensor(shape: [1, width], repeating: 0.1))) }
    }
    let sequences = input.context.sequences(promptLength: promptsVision ? 0 : 1)
    return Prompts(
      texts: [TextPrompts(sequences: sequences, layers: promptsVision ? [] : layers(configuration.text.width))],
      vision: promptsVision ? VisionPrompts(layers: layers(configuration.vision.width)) : nil)
  }
}

/// Reads a tensor by another name than it gave it.
private struct Misspelt: PromptStructure {
  static let name = "misspelt"
  static let summary = "For a test."
  static let paper: String? = nil
  static let publishedRecipe: TrainingRecipe? = nil
  let options: NoOptions
  init(options: NoOptions = NoOptions()) { self.options = options }

  func initialParameters(_ context: PromptContext, from stream: inout RandomStream) -> [LearnedTensor: Tensor] {
    [LearnedTensor("rows"): Tensor(shape: [1, context.configuration.text.width], repeating: 0.1)]
  }

  func prompts(_ input: PromptInput) throws -> Prompts {
    Prompts(texts: [
      TextPrompts(
        sequences: input.context.sequences(promptLength: 1), layers: [.tokens(try input[LearnedTensor("row")])])
    ])
  }
}

/// A loss for each image.
private struct LossOfEach: SupervisionTerm {
  static let name = "loss-of-each"
  static let summary = "For a test."
  static let paper: String? = nil
  let options: NoOptions
  init(options: NoOptions = NoOptions()) { self.options = options }

  func loss(_ input: SupervisionInput) -> Variable { input.prediction.logits }
}

@Suite("A prompted model")
struct PromptedCLIPTests {
  private let weights = BackboneWeights(
    random: CLIPConfiguration(
      text: .init(width: 16, layers: 1, heads: 2), vision: .init(width: 24, layers: 1, heads: 2), embedDimension: 8,
      contextLength: 8, vocabularySize: 20, patchSize: 4, imageSize: 8, activation: .gelu), seed: 1)

  @Test("names a tensor that a structure reads and does not give")
  func unknownTensor() throws {
    let context = try PromptContext(weights: weights, classNames: ["a", "b"], template: "{}") { [$0 == "a" ? 1 : 2] }
    var stream = RandomStream(name: "test")
    let start = try Misspelt().initialParameterSet(context, from: &stream)
    #expect(
      throws: Failure(
        "misspelt: the structure reads the tensor \"row\", which its initialParameters does not give: there is rows")
    ) { try PromptedCLIP(model: weights.model, structure: Misspelt(), context: context, parameters: start) }
  }

  @Test("is trained by one number")
  func lossThatIsNoNumber() throws {
    let logits = Variable(Tensor(shape: [2, 3], repeating: 0))
    let prediction = Prediction(logits: logits, imageFeatures: logits, textFeatures: logits)
    #expect(throws: Failure("loss-of-each: its loss has the shape [2, 3], and a loss is one number")) {
      try (HardLabel() + LossOfEach())(SupervisionInput(prediction: prediction, labels: [0, 1]))
    }
  }

  @Test("refuses prompts of layers that an encoder does not have", arguments: Modality.allCases)
  func tooManyLayers(_ encoder: Modality) throws {
    let weights = BackboneWeights(
      random: CLIPConfiguration(
        text: .init(width: 16, layers: encoder == .text ? 3 : 4, heads: 2),
        vision: .init(width: 24, layers: encoder == .vision ? 3 : 4, heads: 2), embedDimension: 8, contextLength: 8,
        vocabularySize: 20, patchSize: 4, imageSize: 8, activation: .gelu), seed: 1)
    let context = try PromptContext(weights: weights, classNames: ["a", "b"], template: "{}") { [$0 == "a" ? 1 : 2] }
    let images = PromptedCLIP.Images.pixels(Tensor(shape: [1, 3, 8, 8], repeating: 0.5))
    for prompted in Modality.allCases {
      var options = FourLayers.Options()
      options.encoder = prompted
      func model() throws -> PromptedCLIP {
        try PromptedCLIP(
          model: weights.model, structure: FourLayers(options: options), context: context, parameters: ParameterSet())
      }
      guard prompted == encoder else {
        #expect(try model()(images, parameters: [:]).logits.value.isFinite)
        continue
      }
      let failure = #expect(throws: Failure.self) { try model() }
      #expect(failure?.kind == .usage)
      #expect(failure?.description.contains("has only 3 there; use at most 3") == true)
    }
  }
}
