import Basics
import Tensors

/// How a frozen model multiplies by its weights. Everything else, learned tensors, norms, softmax and loss, is in 32 bits.
public enum Precision: String, CaseIterable, Codable, Sendable {
  /// 32-bit floats.
  case fp32
  /// Weights and rows rounded to bf16, summed in 32 bits (``HalfPrecision``).
  case bf16
}

extension Backbone {
  /// The same backbone in a precision.
  ///
  /// - Throws: ``Failure`` if this processor does not support it.
  public func requiring(_ precision: Precision) throws -> Backbone {
    guard precision == .fp32 || HalfPrecision.isSupported else {
      throw Failure(
        "this processor has no instructions for products in bf16, in which this was computed: go on where there are, or begin again with --precision fp32"
      )
    }
    return with(precision)
  }
}

extension BackboneWeights {
  /// The same weights for a precision: of the matrices in the layers of both encoders, where nearly all of the work is.
  func with(_ precision: Precision) -> BackboneWeights {
    var copy = self
    copy.tensors = Dictionary(
      uniqueKeysWithValues: tensors.map { name, tensor in
        let isMatrix = name.contains("resblocks") && tensor.shape.count == 2
        return (name, !isMatrix ? tensor : precision == .bf16 ? tensor.inHalfPrecision : tensor.inWholePrecision)
      })
    return copy
  }
}
