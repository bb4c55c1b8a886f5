/// Memory that encoding with prompts takes besides the weights, in bytes.
public struct MemoryCount: Equatable, Sendable {
  /// What is kept for the backward pass, at most; nothing where there are no prompts.
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
    let rows = TextPacking(prompts).sequences.rowCount
    let parts = prompts.microBatches(configuration.text, rows: rows, limit: limit)
    self.init(configuration.text, rows: rows, parts: parts.ranges.count, isPrompted: !prompts.layers.isEmpty)
  }

  /// Encoding images.
  ///
  /// - Parameter limit: See ``CLIP/activationLimit``.
  public init(_ configuration: CLIPConfiguration, images: Int, prompts: VisionPrompts?, limit: Int?) {
    let rows = images * configuration.rowsOfImage(prompts)
    let parts = configuration.microBatches(images: images, prompts, limit: limit)
    self.init(configuration.vision, rows: rows, parts: parts.ranges.count, isPrompted: prompts != nil)
  }

  private init(_ tower: CLIPConfiguration.Tower, rows: Int, parts: Int, isPrompted: Bool) {
    let rowsOfPart = (rows + parts - 1) / parts
    // The last part's is let go on the way back before another part is computed again.
    kept = isPrompted ? rowsOfPart * tower.bytesKeptOfRow : 0
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
