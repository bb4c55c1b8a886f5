/// Floating-point operations that encoding with prompts needs, an addition and a multiplication each counting one.
///
/// Only what cannot be left out is counted:
/// - rows without padding, and once those that all sequences begin with;
/// - in the last layer, query rows only where a feature is read;
/// - nothing for the rows before the first prompt, which are constant;
/// - in layer 0, queries, keys and values of the prompts alone: those of other rows are constant;
/// - in every layer that prompts enter, their queries, keys and values once for all sequences that share them.
///
/// The encoders execute at least this, and at most 1.2 times as much with the prompts of `ExecutedOperationsTests`. What they
/// execute beyond it lowers their share of the machine's peak.
public struct OperationCount: Equatable, Sendable {
  /// Of encoding.
  public let forward: Double
  /// Of computing the gradients of the prompts; the frozen weights need none.
  public let backward: Double

  /// Forward and backward together.
  public var total: Double { forward + backward }

  private init(forward: Double, backward: Double) {
    self.forward = forward
    self.backward = backward
  }

  /// Of encoding texts: 0 where they hold no prompt, since their features are constant.
  public init(_ configuration: CLIPConfiguration, texts prompts: TextPrompts) {
    guard !prompts.layers.isEmpty else {
      self.init(forward: 0, backward: 0)
      return
    }
    let packed = TextPacking(prompts).sequences
    // Only in what all have in common can a row stand before every prompt.
    let constant = packed.places.first?.row ?? 0
    let isDropped = Set(packed.places.map(\.row))
    var visible = (all: 0, kept: 0, read: 0)
    for (sequence, read) in zip(packed.layout.sequences, packed.read) {
      for (index, row) in sequence.queries.enumerated() where row >= constant {
        let count = sequence.visible(at: index, causal: true)
        visible.all += count
        if !isDropped.contains(row) { visible.kept += count }
        if row == read { visible.read += count }
      }
    }
    self.init(
      configuration.text, embed: configuration.embedDimension,
      rows: packed.rowCount - constant, prompts: packed.places.count,
      distinct: Set(packed.places.map(\.promptRow)).count, read: packed.read.compactMap { $0 }.count,
      visible: visible, depth: prompts.layers.count, isPrompted: true)
  }

  /// Of encoding images; without prompts, of the forward pass alone.
  public init(_ configuration: CLIPConfiguration, images: Int, prompts: VisionPrompts?) {
    let length = prompts?.length ?? 0
    let rows = configuration.rowsOfImage(prompts)
    let embedding = length == 0 ? configuration.operationsOfPatchEmbedding(images: images) : 0
    let count = OperationCount(
      configuration.vision, embed: configuration.embedDimension, rows: images * rows, prompts: images * length,
      distinct: prompts?.scope == .perImage ? images * length : length, read: images,
      visible: (images * rows * rows, images * (rows - length) * rows, images * rows),
      depth: prompts?.layers.count ?? 0, isPrompted: length > 0)
    self.init(forward: count.forward + embedding, backward: count.backward)
  }

  private init(
    _ tower: CLIPConfiguration.Tower, embed: Int, rows: Int, prompts: Int, distinct: Int, read: Int,
    visible: (all: Int, kept: Int, read: Int), depth: Int, isPrompted: Bool
  ) {
    // The projection of the features.
    var linear = 2 * Double(read) * Double(tower.width) * Double(embed)
    var attention = 0.0
    for layer in 0..<tower.layers {
      // Prompt rows that the next layer replaces are keys and values only.
      let dropsPrompts = layer + 1 < depth
      let isLast = layer == tower.layers - 1
      let leaving = Double(isLast ? read : dropsPrompts ? rows - prompts : rows)
      let isFirst = layer == 0 && isPrompted
      // Prompts that enter are the same for all sequences that share them.
      let entering = layer < depth ? distinct : prompts
      let keys = Double(isFirst ? distinct : rows - prompts + entering)
      let queries =
        isFirst
        ? (dropsPrompts ? 0 : Double(distinct))
        : leaving - Double(isLast || dropsPrompts ? 0 : prompts - entering)
      linear += tower.operationsOfMaps(keys: keys, queries: queries, leaving: leaving)
      attention += tower.operationsOfAttention(
        pairs: Double(isLast ? visible.read : dropsPrompts ? visible.kept : visible.all))
    }
    // Back through a frozen map the gradient takes one product, as the map does; attention's two products take four.
    self.init(forward: linear + attention, backward: isPrompted ? linear + 2 * attention : 0)
  }
}
