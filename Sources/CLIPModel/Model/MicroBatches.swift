import Tensors

/// A batch worked through in parts, so that what is kept for the backward pass stays below a limit.
///
/// All parts but the last keep nothing and are computed again in the backward pass. Where the parts begin depends on shapes and
/// the limit alone.
struct MicroBatches {
  /// The parts, as ranges of images or classes.
  let ranges: [Range<Int>]

  /// - Parameters:
  ///   - count: How many there are.
  ///   - bytes: What is kept for all of them together.
  ///   - limit: What may be kept at once; nil for any amount.
  init(count: Int, bytes: Int, limit: Int?) {
    let wanted = limit.map { (bytes + $0 - 1) / max($0, 1) } ?? 1
    let parts = max(1, min(count, wanted))
    ranges = (0..<parts).map { count * $0 / parts..<count * ($0 + 1) / parts }
  }

  /// The results of all parts, one after the other.
  ///
  /// - Parameters:
  ///   - prompts: What the parts take gradients to.
  ///   - encode: The result of one part with prompts that stand for `prompts`.
  func encode(_ prompts: [LayerPrompt], _ encode: @escaping (Range<Int>, [LayerPrompt]) -> Variable) -> Variable {
    let variables = prompts.variables
    let parts = ranges.map { range in
      range == ranges.last
        ? encode(range, prompts)
        : .recomputed(from: variables) { encode(range, prompts.replacing(variables: $0)) }
    }
    return .concatenatingRows(parts)
  }
}

extension CLIPConfiguration {
  /// Rows of the vision transformer for each image: class token, patches and prompts.
  func rowsOfImage(_ prompts: VisionPrompts?) -> Int {
    1 + patchCount + (prompts?.length ?? 0)
  }

  /// The parts that images are encoded in.
  func microBatches(images: Int, _ prompts: VisionPrompts?, limit: Int?) -> MicroBatches {
    MicroBatches(count: images, bytes: images * rowsOfImage(prompts) * vision.bytesKeptOfRow, limit: limit)
  }
}

extension TextPrompts {
  /// The parts that these are encoded in: of classes, or of images where each has its own prompts.
  ///
  /// - Parameter rows: Packed rows in all.
  func microBatches(_ tower: CLIPConfiguration.Tower, rows: Int, limit: Int?) -> MicroBatches {
    let count = scope == .perImage ? layers.shape?.first ?? 1 : sequences.count
    return MicroBatches(count: count, bytes: rows * tower.bytesKeptOfRow, limit: limit)
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
