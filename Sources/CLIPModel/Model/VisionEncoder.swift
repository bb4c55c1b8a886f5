import Basics
import Tensors

/// CLIP's vision transformer: full attention over class token, patches and prompts, the feature read at the class token.
struct VisionEncoder {
  private let configuration: CLIPConfiguration
  private let patchWeight: Variable
  private let classEmbedding: Variable
  private let positionalEmbedding: Variable
  /// What happens to rows, prompts among them, before layer 0.
  let lnPre: LayerNorm
  let transformer: Transformer
  private let lnPost: LayerNorm
  private let projection: Variable

  init(_ configuration: CLIPConfiguration, named name: (String) -> Variable) {
    self.configuration = configuration
    patchWeight = name("visual.conv1.weight")
    classEmbedding = name("visual.class_embedding").reshaped([1, configuration.vision.width])
    positionalEmbedding = name("visual.positional_embedding")
    lnPre = LayerNorm(scale: name("visual.ln_pre.weight"), bias: name("visual.ln_pre.bias"))
    transformer = Transformer(
      configuration.vision, activation: configuration.activation, prefix: "visual.transformer", named: name)
    lnPost = LayerNorm(scale: name("visual.ln_post.weight"), bias: name("visual.ln_post.bias"))
    projection = name("visual.proj")
  }

  /// - Parameter images: `[images, 3, size, size]`, normalised.
  /// - Returns: What is read at the class token, after `ln_post` and before the projection, `[images, width]`.
  func hidden(_ images: Tensor, prompts: VisionPrompts?) -> Variable {
    let (x, packed, layers) = entering(images, prompts)
    return lnPost(transformer(x, packed, layers: layers))
  }

  /// See ``Transformer/attentionToPrompts(_:_:layers:)``.
  func attentionToPrompts(_ images: Tensor, _ prompts: VisionPrompts) -> [Double] {
    let (x, packed, layers) = entering(images, prompts)
    return transformer.attentionToPrompts(x, packed, layers: layers)
  }

  /// The rows that enter layer 0, how they are packed, and the prompts as the layers take them.
  private func entering(
    _ images: Tensor, _ prompts: VisionPrompts?
  ) -> (rows: AssembledRows, packed: PackedSequences, layers: [LayerPrompt]) {
    let packed = Self.packed(images: images.shape[0], rows: 1 + configuration.patchCount, prompts)
    var layers = (prompts?.layers ?? []).withoutUnreadRows
    let constants = lnPre(rows(images))
    var x = AssembledRows(constants)
    if let first = layers.first {
      if let tokens = first.tokens { x = AssembledRows([constants, lnPre(tokens)], packed.insertion) }
      // Learned queries, keys and values of layer 0 are treated as the prompts' tokens are.
      layers[0] = first.mappingAttentionTokens { lnPre($0) }
    }
    return (x, packed, layers)
  }

  /// - Returns: The features before normalisation, `[images, embed]`.
  func callAsFunction(_ images: Tensor, prompts: VisionPrompts?, activationLimit: Int?) -> Variable {
    let count = images.shape[0]
    let parts = configuration.microBatches(images: count, prompts, limit: activationLimit)
    guard parts.ranges.count > 1 else { return projected(hidden(images, prompts: prompts)) }
    let rows = images.reshaped([count, images.count / count])
    return parts.encode(prompts?.layers ?? []) { range, layers in
      let own = prompts.map {
        VisionPrompts(layers: $0.scope == .perImage ? layers.ofSequences(range) : layers, scope: $0.scope)
      }
      return projected(hidden(rows.rows(range).reshaped([range.count] + images.shape.dropFirst()), prompts: own))
    }
  }

  func projected(_ hidden: Variable) -> Variable { .product(hidden, projection) }

  /// The class token's row of each image entering each layer, before ``lnPre`` for layer 0, `[images, width]`.
  func classStates(_ images: Tensor) -> [Variable] {
    let count = images.shape[0]
    let packed = Self.packed(images: count, rows: 1 + configuration.patchCount, nil)
    let x = rows(images)
    let states = [x] + transformer.states(lnPre(x), layout: packed.layout).dropFirst()
    return states.map { $0.gatheringRows((0..<count).map { $0 * (1 + configuration.patchCount) }) }
  }

  /// Class token and patches of every image with their positional embeddings, `[images · (1 + patches), width]`.
  private func rows(_ images: Tensor) -> Variable {
    let size = configuration.imageSize
    require(
      Array(images.shape.dropFirst()) == [3, size, size],
      "the vision encoder takes images [n, 3, \(size), \(size)], not \(images.shape)")
    let patches = configuration.patchCount
    var content = RowPlan()
    var positions = RowPlan()
    for image in 0..<images.shape[0] {
      content.append(row: 0, of: 0)
      content.append(rows: image * patches..<(image + 1) * patches, of: 1)
      positions.append(rows: 0..<1 + patches, of: 0)
    }
    return .rows(of: [classEmbedding, .patchEmbedding(images, weight: patchWeight)], content)
      + .rows(of: [positionalEmbedding], positions)
  }

  /// A sequence for each image: its rows, and prompts behind them.
  private static func packed(images: Int, rows: Int, _ prompts: VisionPrompts?) -> PackedSequences {
    let length = prompts?.length ?? 0
    let total = rows + length
    var packed = PackedSequences(layout: AttentionLayout([], isCausal: false))
    packed.rowCount = images * total
    for image in 0..<images {
      let range = image * total..<(image + 1) * total
      packed.layout.sequences.append(.init(queries: range, keys: range))
      packed.read.append(range.lowerBound)
      for index in 0..<length {
        let own = prompts?.scope == .perImage ? image * length : 0
        packed.places.append(.init(row: range.lowerBound + rows + index, promptRow: own + index))
      }
    }
    return packed
  }
}

extension CLIPConfiguration {
  /// Floating-point operations of the patches' linear map, which no gradient flows through.
  func operationsOfPatchEmbedding(images: Int) -> Double {
    2 * Double(images * patchCount * 3 * patchSize * patchSize * vision.width)
  }
}
