import Tensors

/// The Euclidean length of all gradients together, and gradients scaled down to a largest length.
public enum GradientClipping {
  /// √ Σ g² over all gradients, in the order of their names: that of a dictionary differs from process to process, and with it
  /// the last bits of a sum.
  public static func length(of gradients: [String: Tensor]) -> Double {
    gradients.keys.sorted().reduce(0.0) { sum, name in
      sum + gradients[name]!.withElements { $0.reduce(0.0) { $0 + Double($1) * Double($1) } }
    }.squareRoot()
  }

  /// ``length(of:)`` in 32 bits.
  public static func norm(of gradients: [String: Tensor]) -> Float { Float(length(of: gradients)) }

  /// The factor that brings a norm down to `largest`; 1 for one that is small enough.
  public static func factor(norm: Float, largest: Float) -> Float { norm > largest ? largest / norm : 1 }
}
