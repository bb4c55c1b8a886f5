/// Where the object of a one-object image is: in the middle, or a little off to one side.
public enum Position: Int, CaseIterable, Sendable {
  case middle, left, right, top, bottom

  /// The words at the end of a caption.
  public var phrase: String {
    switch self {
    case .middle: "in the middle"
    case .left, .right: "on the \(self)"
    case .top, .bottom: "at the \(self)"
    }
  }

  /// The direction of the shift (x to the right, y down).
  var direction: SIMD2<Float> {
    switch self {
    case .middle: SIMD2(0, 0)
    case .left: SIMD2(-1, 0)
    case .right: SIMD2(1, 0)
    case .top: SIMD2(0, -1)
    case .bottom: SIMD2(0, 1)
    }
  }
}
