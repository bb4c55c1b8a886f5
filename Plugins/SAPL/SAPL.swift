import Basics
import CLIP
import PromptLearning
import Tensors

/// Unshared prompts: in every prompted layer of both encoders the queries, keys and values of the prompt rows are learned each
/// for itself, instead of coming from one shared token.
///
/// This is our reading of the paper, whose code is not public: see the switches ``Options/space`` and ``Options/rows``. Only
/// tensors that can matter exist: where every layer is prompted nobody reads the prompt rows afterwards, and there are keys and
/// values only.
public struct SAPL: PromptStructure {
  /// What becomes of the prompt rows' residual stream.
  public enum Rows: String, CaseIterable, Sendable {
    /// It starts from one token at layer 0 and runs on through all layers.
    case carried
    /// It is dropped in each prompted layer; one token enters the last of them.
    case replaced
  }

  /// Sizes of both branches, and the two switches.
  public struct Options: PluginOptions {
    /// How many prompts in how many layers, and what they start from.
    public var branches = BranchOptions()
    /// What queries, keys and values are.
    public var space = AttentionPrompt.Space.projected
    /// What becomes of the prompt rows' residual stream.
    public var rows = Rows.carried

    /// n 4, depth 9, projected, carried.
    public init() {}
    /// Every option.
    public static var all: [PluginOption<Options>] {
      BranchOptions.options(at: \.branches) + [
        .choice("space", \.space, "token: through the layer's ln_1 and frozen maps; projected: the rows themselves"),
        .choice("rows", \.rows, "whether the prompt rows' residual stream runs on or is replaced in each layer"),
      ]
    }
  }

  /// The name on the command line.
  public static let name = "sapl"
  /// One line on what it does.
  public static let summary = "Unshared query, key and value prompts in the layers of both encoders."
  /// Where it comes from.
  public static let paper: String? = "Chen et al., Revisiting Prompt Pretraining of Vision-Language Models, 2024 (RPP)"
  /// As IVLP's; the paper's own is not in our source.
  public static let publishedRecipe: TrainingRecipe? = .published(learningRate: 0.0025, batchSize: 4, epochs: 20)

  /// The options.
  public let options: Options
  /// A structure with the given options.
  public init(options: Options = Options()) { self.options = options }
  /// Prompts are in the image encoder too.
  public var promptsVision: Bool { true }

  /// With rows replaced it computes IVLP's function before the first step; with rows carried another one.
  public var initialReference: (any PromptStructure)? {
    guard options.rows == .carried else { return nil }
    var replaced = options
    replaced.rows = .replaced
    return SAPL(options: replaced)
  }

  /// Which tensors exist in an encoder of `layers` layers, the first `depth` of them prompted.
  private func tensors(depth: Int, layers: Int) -> (token: Int?, hasQueries: (Int) -> Bool) {
    if depth == layers { return (nil, { _ in false }) }
    return options.rows == .carried ? (0, { _ in true }) : (depth - 1, { $0 == depth - 1 })
  }

  private func depth(_ encoder: Modality, _ context: PromptContext) throws -> (prompted: Int, layers: Int) {
    let depths = try options.branches.depths(context)
    return encoder == .text
      ? (depths.text, context.configuration.text.layers) : (depths.vision, context.configuration.vision.layers)
  }

  /// Says where there are keys and values only.
  public func notes(_ context: PromptContext) throws -> [String] {
    try Modality.allCases.filter { encoder in
      let depth = try depth(encoder, context)
      return depth.prompted == depth.layers
    }.map {
      "sapl: all layers of the \($0.rawValue) encoder are prompted, so that nothing reads its prompt rows: "
        + "keys and values only are learned there"
    }
  }

  /// `ENCODER.LAYER.queries`, `.keys`, `.values` and `.token`, `[n, width]` each, made of the prompts that IVLP would draw.
  public func initialParameters(_ context: PromptContext, from stream: inout RandomStream) throws -> [String: Tensor] {
    let start = try options.branches.initialPrompts(context, from: &stream)
    var parameters: [String: Tensor] = [:]
    for (encoder, prompts) in [(Modality.text, start.text), (.vision, start.vision)] {
      let existing = tensors(depth: prompts.count, layers: try depth(encoder, context).layers)
      for (layer, prompt) in prompts.enumerated() {
        let rows =
          options.space == .token
          ? (queries: prompt, keys: prompt, values: prompt)
          : context.model.attentionRows(of: prompt, in: encoder, layer: layer)
        let name = "\(encoder.rawValue).\(layer)"
        parameters["\(name).keys"] = rows.keys
        parameters["\(name).values"] = rows.values
        if existing.hasQueries(layer) { parameters["\(name).queries"] = rows.queries }
        if existing.token == layer { parameters["\(name).token"] = prompt }
      }
    }
    return parameters
  }

  /// Queries, keys and values in the first layers of both encoders.
  public func prompts(_ input: PromptInput) throws -> Prompts {
    Prompts(
      texts: [
        TextPrompts(
          sequences: try options.branches.sequences(input.context), layers: try layers(.text, input))
      ],
      vision: VisionPrompts(layers: try layers(.vision, input)))
  }

  private func layers(_ encoder: Modality, _ input: PromptInput) throws -> [LayerPrompt] {
    try (0..<depth(encoder, input.context).prompted).map { layer in
      let name = "\(encoder.rawValue).\(layer)"
      return LayerPrompt(
        tokens: input.parameters["\(name).token"],
        attention: AttentionPrompt(
          queries: input.parameters["\(name).queries"], keys: input["\(name).keys"], values: input["\(name).values"],
          space: options.space))
    }
  }
}
