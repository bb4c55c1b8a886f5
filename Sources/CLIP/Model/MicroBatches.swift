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
    guard ranges.count > 1 else { return encode(ranges[0], prompts) }
    let variables = prompts.variables
    let parts = ranges.map { range in
      range == ranges.last
        ? encode(range, prompts)
        : .recomputed(from: variables) { encode(range, prompts.replacing(variables: $0)) }
    }
    return .concatenatingRows(parts)
  }
}
