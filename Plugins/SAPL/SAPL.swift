import Basics
import CLIPModel
import PromptLearning
import Tensors

/// Unshared prompts: in every prompted layer of both encoders the prompt rows' queries, keys and values are learned each for
/// itself, instead of coming from one shared token.
///
/// The code of the paper is not public. What follows has three sources:
/// - **The paper's words**: "We break the restriction in common practice where query, key, and value vectors are derived from the
///   shared learnable prompt token. Instead, we introduce unshared individual query, key, and value learnable prompts", at each
///   prompted layer, in both encoders.
/// - **Quoted second-hand**, from a public review of the paper, for layer l:
///
///       X_Q(l) = LN(Rep(X(l−1), P_Q(l)))     X_K(l) = LN(Rep(X(l−1), P_K(l)))     X_V(l) = LN(Rep(X(l−1), P_V(l)))
///
///   Rep puts the layer's learned prompts, `[n, width]`, in the place of the prompt rows. So the prompts stand before `ln_1` and the
///   frozen query, key and value maps, which is `space=token`.
/// - **Our reading**: that the prompt rows' residual stream is X(l−1) and starts from a learned token (`rows=carried`), that
///   everything starts from the prompts that IVLP would draw, and the options ``Options/space``, ``Options/rows`` and
///   ``Options/unshared``, whose defaults are nearest to the quoted equations.
///
/// Only tensors that can matter exist. Where every layer is prompted nothing reads the prompt rows afterwards, and there are no
/// queries.
public struct SAPL: PromptStructure {
  /// What becomes of the prompt rows' residual stream where no token is shared.
  public enum Rows: String, CaseIterable, Sendable {
    /// It starts from one token at layer 0 and runs on through all layers.
    case carried
    /// It is dropped in each prompted layer; one token enters the last of them.
    case replaced
  }

  /// What attention takes of a row.
  public enum Component: String, CaseIterable, Sendable {
    case query = "q"
    case key = "k"
    case value = "v"
  }

  /// Sizes of both branches, and the three switches.
  public struct Options: PluginOptions {
    /// How many prompts in how many layers, and what they start from.
    public var branches = BranchOptions()
    /// What the unshared queries, keys and values are.
    public var space = LayerPrompt.Space.token
    /// What becomes of the prompt rows' residual stream; matters where all three components are unshared.
    public var rows = Rows.carried
    /// Which components of the prompt rows are learned for themselves.
    ///
    /// The others come from a shared token `[n, width]` through `ln_1` and the frozen maps, in either ``space``. As in IVLP every
    /// prompted layer has such a token of its own, where something reads it, and it takes the place of the prompt rows' residual
    /// stream there, as with ``Rows/replaced``. So nothing unshared *is* IVLP. To change nothing but what is shared, compare with
    /// `rows=replaced`.
    public var unshared = Set(Component.allCases)

    /// n 4, depth 9, token, carried, all unshared.
    public init() {}
    public static var all: [PluginOption<Options>] {
      BranchOptions.options(at: \.branches) + [
        .choice("space", \.space, "token: through the layer's ln_1 and frozen maps; projected: the rows themselves"),
        .choice(
          "rows", \.rows,
          "whether the prompt rows' residual stream runs on or is replaced in each layer; with unshared=qkv only"),
        .letters(
          "unshared", \.unshared,
          "which of queries, keys and values are learned for themselves; the others come from a token in each prompted "
            + "layer, which replaces the residual stream there; none is IVLP"),
      ]
    }
  }

  public static let name = "sapl"
  public static let summary =
    "Unshared query, key and value prompts in the layers of both encoders: the paper's idea, its equations as a review quotes "
    + "them, the rest our reading."
  public static let paper: String? = "Chen et al., Revisiting Prompt Pretraining of Vision-Language Models, 2024 (RPP)"
  /// As IVLP's: SGD 0.0025, batch 4, 20 epochs, random resized crop and flip. The paper's own is not in our source.
  public static let publishedRecipe: TrainingRecipe? = .published(learningRate: 0.0025, batchSize: 4, epochs: 20)

  public let options: Options
  public init(options: Options = Options()) { self.options = options }

  /// The tensors that a layer of an encoder can have.
  private struct Tensors {
    let token, queries, keys, values: LearnedTensor

    init(_ encoder: Modality, _ layer: Int) {
      func tensor(_ name: String) -> LearnedTensor { LearnedTensor("\(encoder.rawValue).\(layer).\(name)") }
      (token, queries, keys, values) = (tensor("token"), tensor("queries"), tensor("keys"), tensor("values"))
    }
  }

  /// Whether the prompt rows' residual stream runs on from layer to layer.
  private var carriesRows: Bool { options.rows == .carried && !sharesToken }
  private var sharesToken: Bool { options.unshared.count < Component.allCases.count }

  private func depth(_ encoder: Modality, _ context: PromptContext) throws -> (prompted: Int, layers: Int) {
    let depths = try options.branches.depths(context)
    return encoder == .text
      ? (depths.text, context.configuration.text.layers) : (depths.vision, context.configuration.vision.layers)
  }

  // MARK: Which tensors something reads

  /// Whether a token enters the residual stream that leaves the prompted layers, where something reads it.
  private func tokenEnters(_ layer: Int, _ depth: (prompted: Int, layers: Int)) -> Bool {
    depth.prompted < depth.layers && layer == (carriesRows ? 0 : depth.prompted - 1)
  }

  private func hasToken(_ layer: Int, _ depth: (prompted: Int, layers: Int)) -> Bool {
    tokenEnters(layer, depth) || !options.unshared.isSuperset(of: [.key, .value])
  }

  private func hasQueries(_ layer: Int, _ depth: (prompted: Int, layers: Int)) -> Bool {
    options.unshared.contains(.query) && depth.prompted < depth.layers
      && (carriesRows || layer == depth.prompted - 1)
  }

  /// Says what is IVLP, where `rows` has no effect, and which encoder has no queries.
  public func notes(_ context: PromptContext) throws -> [String] {
    let notes = try options.branches.notes(context)
    guard !options.unshared.isEmpty else { return notes + ["sapl: nothing is unshared: this is IVLP"] }
    let shared = Component.allCases.filter { !options.unshared.contains($0) }.map(\.rawValue).joined()
    let stream =
      sharesToken && options.rows == .carried
      ? [
        "sapl: what is shared (\(shared)) comes from a token in each prompted layer, which replaces the prompt rows' residual "
          + "stream there, as rows=replaced does; rows=carried is for unshared=qkv"
      ] : []
    let keysOnly = options.unshared.isSuperset(of: [.key, .value])
    guard keysOnly || options.unshared.contains(.query) else { return notes + stream }
    return try notes + stream
      + Modality.allCases.filter { encoder in
        let depth = try depth(encoder, context)
        return depth.prompted == depth.layers
      }.map {
        "sapl: all layers of the \($0.rawValue) encoder are prompted, so that nothing reads its prompt rows: "
          + (keysOnly ? "keys and values only are learned there" : "no queries are learned there")
      }
  }

  /// `ENCODER.LAYER.queries`, `.keys`, `.values` and `.token`, `[n, width]` each, made of the prompts that IVLP would draw.
  public func initialParameters(_ context: PromptContext, from stream: inout RandomStream) throws -> [LearnedTensor:
    Tensor]
  {
    let start = try options.branches.initialPrompts(context, from: &stream)
    var parameters: [LearnedTensor: Tensor] = [:]
    for (encoder, prompts) in [(Modality.text, start.text), (.vision, start.vision)] {
      let depth = try depth(encoder, context)
      for (layer, prompt) in prompts.enumerated() {
        let rows = components(of: Variable(prompt), encoder, layer, context)
        let tensors = Tensors(encoder, layer)
        if hasToken(layer, depth) { parameters[tensors.token] = prompt }
        if hasQueries(layer, depth) { parameters[tensors.queries] = rows.queries.value }
        if options.unshared.contains(.key) { parameters[tensors.keys] = rows.keys.value }
        if options.unshared.contains(.value) { parameters[tensors.values] = rows.values.value }
      }
    }
    return parameters
  }

  /// The queries, keys and values that prompt rows with a token have in a layer, in the space of the unshared ones.
  private func components(
    of token: Variable, _ encoder: Modality, _ layer: Int, _ context: PromptContext
  ) -> (queries: Variable, keys: Variable, values: Variable) {
    options.space == .token ? (token, token, token) : context.model.attentionRows(of: token, in: encoder, layer: layer)
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
    let depth = try depth(encoder, input.context)
    let (hasKeys, hasValues) = (options.unshared.contains(.key), options.unshared.contains(.value))
    return try (0..<depth.prompted).map { layer in
      let tensors = Tensors(encoder, layer)
      guard !options.unshared.isEmpty else { return .tokens(try input[tensors.token]) }
      let shared =
        hasKeys && hasValues ? nil : components(of: try input[tensors.token], encoder, layer, input.context)
      let own = LayerPrompt.KeysAndValues(
        keys: try hasKeys ? input[tensors.keys] : shared!.keys,
        values: try hasValues ? input[tensors.values] : shared!.values, space: options.space)
      let enters = tokenEnters(layer, depth)
      guard enters || (carriesRows && depth.prompted < depth.layers) else { return .keysAndValues(own) }
      // Shared queries are read in the layer that the token enters, where they come from the residual stream by themselves.
      return .unshared(
        queries: try hasQueries(layer, depth) ? input[tensors.queries] : nil, own,
        tokens: try enters ? input[tensors.token] : nil)
    }
  }
}

extension SAPL: StartDiagnostics {
  /// With rows replaced SAPL computes IVLP's function before the first step, with rows carried another one: how far its logits
  /// are from IVLP's, mean |Δlogit| over images and classes.
  public func startDiagnostics(
    _ context: PromptContext, images: PromptedCLIP.Images, stream: RandomStream
  ) throws -> [String: Double] {
    guard carriesRows else { return [:] }
    func logits(_ rows: Rows) throws -> Variable {
      var (stream, options) = (stream, options)
      options.rows = rows
      let sapl = SAPL(options: options)
      let start = try sapl.initialParameterSet(context, from: &stream)
      let model = try PromptedCLIP(model: context.model, structure: sapl, context: context, parameters: start)
      return try model(images, parameters: start.constants()).logits
    }
    let difference = (try logits(.carried) - logits(.replaced)).abs().mean().value.scalar
    return ["meanAbsoluteLogitDifferenceFromIVLP": Double(difference)]
  }
}

extension SAPL: HasSharedCounterpart {
  /// `unshared=none`, which is IVLP, with the lengths whose number of learned numbers is nearest; of equals those whose
  /// proportion of text to vision prompts is nearest to this structure's, then the shortest.
  public func sharedCounterpart(_ context: PromptContext) throws -> SAPL? {
    guard !options.unshared.isEmpty else { return nil }
    func numbers(_ structure: SAPL) throws -> Int {
      try Modality.allCases.reduce(0) { try $0 + structure.learnedNumbers($1, context) }
    }
    let wanted = try numbers(self)
    let (text, vision) = (options.branches.textLength, options.branches.visionLength)
    var best: (structure: SAPL, distance: Int, skew: Int)?
    for textLength in BranchOptions.lengths {
      var counterpart = Options()
      counterpart.branches = options.branches
      counterpart.unshared = []
      counterpart.branches.textLength = textLength
      // Texts grow with their prompts.
      let longest = try counterpart.branches.sequences(context).map(\.count).max() ?? 0
      guard longest <= context.configuration.contextLength else { break }
      for visionLength in BranchOptions.lengths {
        counterpart.branches.visionLength = visionLength
        let structure = SAPL(options: counterpart)
        let distance = abs(try numbers(structure) - wanted)
        let skew = abs(textLength * vision - visionLength * text)
        if best.map({ (distance, skew) < ($0.distance, $0.skew) }) ?? true { best = (structure, distance, skew) }
      }
    }
    return best?.structure
  }

  /// How many numbers are learned for an encoder.
  private func learnedNumbers(_ encoder: Modality, _ context: PromptContext) throws -> Int {
    let depth = try depth(encoder, context)
    let configuration = context.configuration
    let row =
      encoder == .text
      ? options.branches.textLength * configuration.text.width
      : options.branches.visionLength * configuration.vision.width
    let keysAndValues = options.unshared.intersection([.key, .value]).count
    return (0..<depth.prompted).reduce(0) { sum, layer in
      sum + row * (keysAndValues + (hasToken(layer, depth) ? 1 : 0) + (hasQueries(layer, depth) ? 1 : 0))
    }
  }
}
