import Basics

extension RandomStream {
  /// How often each of `count` things is among `count` draws with replacement: one bootstrap sample as counts.
  mutating func resampled(_ count: Int) -> [Int] {
    var counts = Array(repeating: 0, count: count)
    for _ in 0..<count { counts[below(count)] += 1 }
    return counts
  }
}
