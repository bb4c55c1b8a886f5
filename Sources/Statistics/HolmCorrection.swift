import Basics

/// Holm's correction (1979) for a family of tests: with it the probability that any true hypothesis of the family is
/// rejected is at most the level, whatever the tests' dependence.
public enum HolmCorrection {
  /// The adjusted p values, in the order given: of the k-th smallest of m, the largest (m − j + 1) p_(j) over j ≤ k, at most
  /// 1. A hypothesis is rejected at a level where its adjusted p value is at most that.
  ///
  /// - Throws: ``Failure`` if a p value is not in [0, 1].
  public static func adjusted(_ pValues: [Double]) throws -> [Double] {
    for (index, value) in pValues.enumerated() where !(0...1).contains(value) {
      throw Failure("p value \(index) is \(value), not in [0, 1]")
    }
    var adjusted = pValues
    var largest = 0.0
    for (rank, index) in pValues.indices.sorted(by: { pValues[$0] < pValues[$1] }).enumerated() {
      largest = max(largest, min(1, Double(pValues.count - rank) * pValues[index]))
      adjusted[index] = largest
    }
    return adjusted
  }
}
