/// Which of a task's classes a run learns or is tested on.
public enum ClassSelection: String, CaseIterable, Codable, Sendable {
  /// The first half in label order, rounded up.
  case base
  /// The other half.
  case new
  /// Every class.
  case all

  /// The labels selected of `classCount` classes; of a single class there are no new ones.
  public func labels(of classCount: Int) -> Range<Int> {
    let half = (classCount + 1) / 2
    switch self {
    case .base: return 0..<half
    case .new: return half..<classCount
    case .all: return 0..<classCount
    }
  }
}
