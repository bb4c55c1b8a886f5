/// Memory that encoding with prompts takes besides the weights, in bytes.
public struct MemoryCount: Equatable, Sendable {
  /// What is kept for the backward pass, at most.
  public let kept: Int
  /// What the largest step on the way takes besides.
  public let passing: Int
  /// How many parts a batch is worked through in, see ``CLIP/activationLimit``.
  public let parts: Int

  /// Both.
  public var total: Int { kept + passing }

  /// Encoding texts.
  ///
  /// - Parameter limit: See ``CLIP/activationLimit``.
  public init(_ configuration: CLIPConfiguration, texts prompts: TextPrompts, limit: Int?) {
    let parts = prompts.microBatches(configuration.text, limit: limit)
    self.init(configuration.text, rows: prompts.rowCount, parts: parts.ranges.count)
  }

  /// Encoding images.
  ///
  /// - Parameter limit: See ``CLIP/activationLimit``.
  public init(_ configuration: CLIPConfiguration, images: Int, prompts: VisionPrompts?, limit: Int?) {
    let rows = images * (1 + configuration.patchCount)
    let parts = MicroBatches(count: images, bytes: rows * configuration.vision.bytesKeptOfRow, limit: limit)
    self.init(configuration.vision, rows: rows, parts: parts.ranges.count)
  }

  private init(_ tower: CLIPConfiguration.Tower, rows: Int, parts: Int) {
    let rowsOfPart = (rows + parts - 1) / parts
    // The last part's is let go on the way back before another part is computed again.
    kept = rowsOfPart * tower.bytesKeptOfRow
    // The hidden layer before and after its activation, or their gradients, with what enters and leaves.
    passing = rowsOfPart * (2 * tower.hiddenWidth + 3 * tower.width) * MemoryLayout<Float>.stride
    self.parts = parts
  }
}

extension CLIPConfiguration.Tower {
  /// What the blocks keep of each row for the backward pass: what enters, queries, keys and values, what enters the perceptron,
  /// and its hidden layer before the activation.
  var bytesKeptOfRow: Int { layers * (5 * width + hiddenWidth) * MemoryLayout<Float>.stride }
}

extension TextPrompts {
  /// Packed rows in all.
  var rowCount: Int { TextPacking(self).sequences.rowCount }

  /// The parts that these are encoded in: of classes, or of images where each has its own prompts.
  func microBatches(_ tower: CLIPConfiguration.Tower, limit: Int?) -> MicroBatches {
    let count = scope == .perImage ? layers.first?.shape?.first ?? 1 : sequences.count
    return MicroBatches(count: count, bytes: rowCount * tower.bytesKeptOfRow, limit: limit)
  }

  /// Some of the classes, or of the images where each has its own prompts.
  ///
  /// - Parameter layers: Tensors in the place of all of the prompts.
  func part(_ range: Range<Int>, layers: [LayerPrompt]) -> TextPrompts {
    switch scope {
    case .shared: TextPrompts(sequences: Array(sequences[range]), layers: layers)
    case .perClass:
      TextPrompts(sequences: Array(sequences[range]), layers: layers.ofSequences(range), scope: .perClass)
    case .perImage: TextPrompts(sequences: sequences, layers: layers.ofSequences(range), scope: .perImage)
    }
  }
}
