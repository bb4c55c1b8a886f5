import Basics

extension RandomStream {
  /// A number uniform in `0..<count` (to within 2⁻⁶⁴), the same for all versions of Swift.
  mutating func below(_ count: Int) -> Int { Int(next().multipliedFullWidth(by: UInt64(count)).high) }

  /// How often each of `count` things is among `count` draws with replacement: one bootstrap sample as counts.
  mutating func resampled(_ count: Int) -> [Int] {
    var counts = Array(repeating: 0, count: count)
    for _ in 0..<count { counts[below(count)] += 1 }
    return counts
  }
}
