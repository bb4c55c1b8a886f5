import Tensors

/// CLIP's vision transformer: full attention over class token, patches and prompts, the feature read at the class token.
struct VisionEncoder {
  private let configuration: CLIPConfiguration
  private let patchWeight: Variable
  private let classEmbedding: Variable
  private let positionalEmbedding: Variable
  private let inputNorm: (scale: Variable, bias: Variable)
  private let transformer: Transformer
  private let outputNorm: (scale: Variable, bias: Variable)
  private let projection: Variable

  init(_ configuration: CLIPConfiguration, named name: (String) -> Variable) {
    self.configuration = configuration
    patchWeight = name("visual.conv1.weight")
    classEmbedding = name("visual.class_embedding").reshaped([1, configuration.vision.width])
    positionalEmbedding = name("visual.positional_embedding")
    inputNorm = (name("visual.ln_pre.weight"), name("visual.ln_pre.bias"))
    transformer = Transformer(
      configuration.vision, activation: configuration.activation, prefix: "visual.transformer", named: name)
    outputNorm = (name("visual.ln_post.weight"), name("visual.ln_post.bias"))
    projection = name("visual.proj")
  }

  /// - Parameter images: `[images, 3, size, size]`, normalised.
  /// - Returns: What is read at the class token, after `ln_post` and before the projection, `[images, width]`.
  func hidden(_ images: Tensor, prompts: VisionPrompts?) -> Variable {
    let size = configuration.imageSize
    precondition(
      Array(images.shape.dropFirst()) == [3, size, size],
      "the vision encoder takes images [n, 3, \(size), \(size)], not \(images.shape)")
    let count = images.shape[0]
    let patches = configuration.patchCount
    var content = RowPlan()
    var positions = RowPlan()
    for image in 0..<count {
      content.append(row: 0, of: 0)
      content.append(rows: image * patches..<(image + 1) * patches, of: 1)
      positions.append(rows: 0..<1 + patches, of: 0)
    }
    var x =
      Variable.rows(of: [classEmbedding, .patchEmbedding(images, weight: patchWeight)], content)
      + .rows(of: [positionalEmbedding], positions)

    let placed = PlacedPrompts(layers: prompts?.layers ?? [], places: places(prompts, images: count))
    let length = 1 + patches + placed.places.count / max(count, 1)
    if let first = placed.layers.first {
      var plan = RowPlan()
      for image in 0..<count {
        plan.append(rows: image * (1 + patches)..<(image + 1) * (1 + patches), of: 0)
        for place in placed.places[image * (length - 1 - patches)..<(image + 1) * (length - 1 - patches)] {
          plan.append(row: place.promptRow, of: 1)
        }
      }
      x = .rows(of: [x, first.tokens], plan)
    }
    let sequences = (0..<count).map { image in
      AttentionLayout.Sequence(
        queries: image * length..<(image + 1) * length, keys: image * length..<(image + 1) * length)
    }
    return transformer(
      x.layerNormalized(scale: inputNorm.scale, bias: inputNorm.bias),
      layout: AttentionLayout(sequences, isCausal: false), prompts: placed,
      read: (0..<count).map { $0 * length }
    )
    .layerNormalized(scale: outputNorm.scale, bias: outputNorm.bias)
  }

  /// - Returns: The features before normalisation, `[images, embed]`.
  func callAsFunction(_ images: Tensor, prompts: VisionPrompts?) -> Variable {
    projected(hidden(images, prompts: prompts))
  }

  func projected(_ hidden: Variable) -> Variable { .product(hidden, projection) }

  /// Prompts stand behind the patches of each image.
  private func places(_ prompts: VisionPrompts?, images: Int) -> [PlacedPrompts.Place] {
    guard let prompts, let tokens = prompts.layers.first?.tokens.shape else { return [] }
    let length = tokens[tokens.count - 2]
    let rows = 1 + configuration.patchCount + length
    return (0..<images).flatMap { image in
      (0..<length).map { index in
        PlacedPrompts.Place(
          row: image * rows + rows - length + index,
          promptRow: (prompts.scope == .perImage ? image * length : 0) + index)
      }
    }
  }
}
