import CLIPModel
import Synchronization
import Tensors

/// Features of texts without prompts: on a frozen model the same in every step, so computed in the first.
final class ConstantTexts: Sendable {
  private let last = Mutex<(sequences: [[[TextRow]]], features: Tensor)?>(nil)

  /// What `compute` returns, or returned last for the same texts.
  func features(of texts: [TextPrompts], compute: () throws -> Tensor) rethrows -> Tensor {
    let sequences = texts.map(\.sequences)
    if let known = last.withLock({ $0 }), known.sequences == sequences { return known.features }
    let features = try compute()
    last.withLock { $0 = (sequences, features) }
    return features
  }
}
