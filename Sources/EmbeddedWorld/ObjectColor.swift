/// The colour of an object. Label order: the first four are the base half.
public enum ObjectColor: Int, CaseIterable, Sendable {
  case red, green, yellow, purple
  case orange, blue, cyan, pink

  /// The adjective.
  public var word: String { "\(self)" }

  /// Red, green and blue in 0...1 (the fourth entry is 0).
  var tone: SIMD4<Float> {
    switch self {
    case .red: SIMD4(0.90, 0.10, 0.12, 0)
    case .green: SIMD4(0.10, 0.70, 0.18, 0)
    case .yellow: SIMD4(0.98, 0.88, 0.10, 0)
    case .purple: SIMD4(0.56, 0.14, 0.76, 0)
    case .orange: SIMD4(0.98, 0.50, 0.05, 0)
    case .blue: SIMD4(0.12, 0.32, 0.95, 0)
    case .cyan: SIMD4(0.10, 0.86, 0.92, 0)
    case .pink: SIMD4(1.00, 0.48, 0.74, 0)
    }
  }
}
