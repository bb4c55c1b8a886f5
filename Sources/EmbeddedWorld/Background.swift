/// The colour of what is behind the objects; none of them is an object's colour.
public enum Background: Int, CaseIterable, Sendable {
  case black, white, gray, brown, navy, olive, beige, lavender

  /// The adjective.
  public var word: String { "\(self)" }

  /// Red, green and blue in 0...1 (the fourth entry is 0).
  var tone: SIMD4<Float> {
    switch self {
    case .black: SIMD4(0.06, 0.06, 0.06, 0)
    case .white: SIMD4(0.94, 0.94, 0.94, 0)
    case .gray: SIMD4(0.50, 0.50, 0.50, 0)
    case .brown: SIMD4(0.36, 0.22, 0.12, 0)
    case .navy: SIMD4(0.06, 0.08, 0.30, 0)
    case .olive: SIMD4(0.34, 0.36, 0.10, 0)
    case .beige: SIMD4(0.86, 0.80, 0.66, 0)
    case .lavender: SIMD4(0.76, 0.74, 0.94, 0)
    }
  }

  /// Whether it is dark, so that light colours show on it.
  var isDark: Bool {
    switch self {
    case .black, .gray, .brown, .navy, .olive: true
    case .white, .beige, .lavender: false
    }
  }
}
