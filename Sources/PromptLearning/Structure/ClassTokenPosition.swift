/// Where the class name stands among the learned context vectors (Zhou et al. 2022, CoOp, section 3.2).
public enum ClassTokenPosition: String, CaseIterable, Codable, Sendable {
  /// Behind all of them.
  case end
  /// Behind the first ⌊n/2⌋.
  case middle
  /// Before all of them.
  case front

  /// The indices of the context vectors before and behind the name.
  func split(_ length: Int) -> (before: Range<Int>, after: Range<Int>) {
    let before =
      switch self {
      case .end: length
      case .middle: length / 2
      case .front: 0
      }
    return (0..<before, before..<length)
  }
}
