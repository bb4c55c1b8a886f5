/// Memory that encoding with prompts takes besides the weights, in bytes.
public struct MemoryCount: Equatable, Sendable {
  /// What is kept for the backward pass, at most; nothing where there are no prompts.
  public let kept: Int
  /// What the largest operation takes besides, while it runs.
  public let passing: Int
  /// How many parts a batch is worked through in, see ``CLIP/activationLimit``.
  public let parts: Int

  /// Both together.
  public var total: Int { kept + passing }

  /// Of encoding texts.
  ///
  /// - Parameter limit: See ``CLIP/activationLimit``.
  public init(_ configuration: CLIPConfiguration, texts prompts: TextPrompts, limit: Int?) {
    let rows = TextPacking(prompts).sequences.rowCount
    let parts = prompts.microBatches(configuration.text, rows: rows, limit: limit)
    self.init(configuration.text, rows: rows, parts: parts.ranges.count, isPrompted: !prompts.layers.isEmpty)
  }

  /// Of encoding images.
  ///
  /// - Parameter limit: See ``CLIP/activationLimit``.
  public init(_ configuration: CLIPConfiguration, images: Int, prompts: VisionPrompts?, limit: Int?) {
    let rows = images * configuration.rowsOfImage(prompts)
    let parts = configuration.microBatches(images: images, prompts, limit: limit)
    self.init(configuration.vision, rows: rows, parts: parts.ranges.count, isPrompted: prompts != nil)
  }

  private init(_ tower: CLIPConfiguration.Tower, rows: Int, parts: Int, isPrompted: Bool) {
    let rowsOfPart = (rows + parts - 1) / parts
    // In the backward pass, what the last part kept is released before another part is computed again.
    kept = isPrompted ? rowsOfPart * tower.bytesKeptOfRow : 0
    passing = rowsOfPart * tower.bytesPassingOfRow
    self.parts = parts
  }
}
