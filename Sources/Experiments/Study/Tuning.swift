import Foundation

/// How the learning rate is searched: the same number of trials for every structure under every supervision on every task, judged
/// on validation images and never on test images.
package struct Tuning: Equatable, Sendable {
  /// Learning rates to try.
  package let trials: Int

  /// A search of some trials.
  package init(trials: Int) { self.trials = trials }

  /// The rates reach from the recipe's own divided by this to the recipe's own times this.
  static let reach = 10.0

  /// The learning rates to try, each larger than the one before by the same factor; an odd number includes the recipe's own, and
  /// one is that alone.
  ///
  /// - Parameter own: The recipe's.
  package func rates(around own: Double) -> [Double] {
    guard trials > 1 else { return Array(repeating: own, count: trials) }
    return (0..<trials).map { index in
      // Exactly 0 in the middle, where the rate is the recipe's to the last bit.
      let exponent = Double(2 * index - (trials - 1)) / Double(trials - 1)
      return own * pow(Self.reach, exponent)
    }
  }

  /// The index of the trial whose prompt is the most accurate on validation images; of equals the one whose rate is nearest to the
  /// recipe's as factors go, of two that are equally near the lower one.
  ///
  /// - Returns: nil if no trial kept its numbers finite.
  package static func best(of trials: [TunedRate.Trial], around own: Double) -> Int? {
    func distance(_ index: Int) -> Double { abs(log(trials[index].learningRate / own)) }
    var best: Int?
    for index in trials.indices.sorted(by: { trials[$0].learningRate < trials[$1].learningRate }) {
      guard let accuracy = trials[index].accuracy else { continue }
      if let other = best, let known = trials[other].accuracy {
        // Rates at equal factors to both sides differ in their last bits.
        guard accuracy > known || (accuracy == known && distance(index) < distance(other) - 1e-9) else { continue }
      }
      best = index
    }
    return best
  }
}
