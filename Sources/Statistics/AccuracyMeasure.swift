import Basics

/// What is measured of one run: a function of its accuracies on the groups of test classes (all, or base and new).
public struct AccuracyMeasure: Sendable {
  /// How many groups of classes it takes.
  public let groups: Int
  /// The values that it can have.
  public let range: ClosedRange<Double>
  /// The value for one run, from the accuracies on the groups in their order.
  public let value: @Sendable ([Double]) -> Double

  /// A measure of one's own; `value` must be defined, and smooth where it matters, for accuracies in [0, 1].
  public init(
    groups: Int, range: ClosedRange<Double> = 0...1, value: @escaping @Sendable ([Double]) -> Double
  ) {
    require(groups > 0, "a measure of no accuracies")
    self.groups = groups
    self.range = range
    self.value = value
  }

  /// The accuracy on the only group.
  public static let accuracy = AccuracyMeasure(groups: 1) { $0[0] }

  /// The harmonic mean H = 2 · base · new / (base + new) of the accuracies on base and new classes (Xian et al. 2017, used
  /// for prompts since CoCoOp), of each run; 0 where both are 0.
  ///
  /// The mean of H over seeds is at most H of the mean accuracies, which the tables of papers have.
  public static let harmonicMean = AccuracyMeasure(groups: 2) { accuracies in
    let sum = accuracies[0] + accuracies[1]
    return sum > 0 ? 2 * accuracies[0] * accuracies[1] / sum : 0
  }

  /// ∂value/∂accuracy of every group, by differences.
  func gradient(at accuracies: [Double]) -> [Double] {
    let step = 1e-5
    return accuracies.indices.map { group in
      var above = accuracies
      var below = accuracies
      above[group] = min(accuracies[group] + step, 1)
      below[group] = max(accuracies[group] - step, 0)
      return (value(above) - value(below)) / (above[group] - below[group])
    }
  }
}
