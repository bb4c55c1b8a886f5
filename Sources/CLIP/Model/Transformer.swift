import Tensors

/// Residual blocks over packed sequences, with prompts entering where they are placed.
struct Transformer {
  private let blocks: [TransformerBlock]

  init(
    _ tower: CLIPConfiguration.Tower, activation: Activation, prefix: String, named name: (String) -> Variable
  ) {
    blocks = (0..<tower.layers).map { layer in
      TransformerBlock(tower, activation: activation) { name("\(prefix).resblocks.\(layer).\($0)") }
    }
  }

  /// The rows that are read, after the last layer, where nothing else is computed.
  ///
  /// - Parameters:
  ///   - x: The rows entering layer 0, its prompts among them, `[rows, width]`.
  ///   - layout: Which rows are a sequence; all rows are queries.
  ///   - prompts: The prompts of layer 1 and above.
  ///   - read: For each sequence the row that is read, or nil for a sequence that only others attend to.
  func callAsFunction(
    _ x: Variable, layout: AttentionLayout, prompts: PlacedPrompts, read: [Int?]
  ) -> Variable {
    var x = x
    for (layer, block) in blocks.enumerated() {
      if layer > 0 { x = prompts.replacingRows(of: x, in: layer) }
      guard layer == blocks.count - 1 else {
        x = block(x, layout: layout)
        continue
      }
      var last = layout
      var next = 0
      for (index, row) in read.enumerated() {
        last.sequences[index].queries = next..<next + (row == nil ? 0 : 1)
        last.sequences[index].firstPosition = row.map { $0 - layout.sequences[index].keys.lowerBound } ?? 0
        next += row == nil ? 0 : 1
      }
      x = block(x, layout: last, read: read.compactMap { $0 })
    }
    return x
  }
}

/// Prompts of the layers, and the rows of the packed matrix at which they stand.
struct PlacedPrompts {
  /// One row of a prompt matrix (its leading dimensions flattened) at one row of the packed matrix.
  struct Place {
    let row: Int
    let promptRow: Int
  }

  let layers: [LayerPrompt]
  let places: [Place]

  /// The rows with those of the layer's prompts put in their places; the rows as they are above the prompted layers.
  func replacingRows(of x: Variable, in layer: Int) -> Variable {
    guard layer < layers.count else { return x }
    var plan = RowPlan()
    plan.append(rows: 0..<x.value.rows, of: 0)
    for place in places { plan.replace(at: place.row, byRow: place.promptRow, of: 1) }
    return .rows(of: [x, layers[layer].tokens], plan)
  }
}
