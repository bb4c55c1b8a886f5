import Experiments
import Statistics
import Training

extension StudyAnalysis {
  /// How differently two methods fit the training images: cross entropy and accuracy of a − b with Student's interval over
  /// the seeds that both have on all tasks of the group; nil with fewer than two.
  func fit(
    _ a: Method, _ b: Method, _ group: TestedGrid.Group
  ) throws -> (loss: Estimate, accuracy: Estimate, seeds: Int)? {
    guard let left = group.runs[a], let right = group.runs[b] else { return nil }
    let pairs = group.pairs.filter { left[$0] != nil && right[$0] != nil }
    guard let first = pairs.first else { return nil }
    let seeds = left[first]!.runs.keys.sorted().filter { seed in
      pairs.allSatisfy { left[$0]!.runs[seed]?[0].training != nil && right[$0]!.runs[seed]?[0].training != nil }
    }
    guard seeds.count > 1 else { return nil }
    func differences(_ value: (Evaluation) -> Double) -> [Double] {
      seeds.map { seed in
        pairs.reduce(0) { sum, pair in
          sum + value(left[pair]!.runs[seed]![0].training!) - value(right[pair]!.runs[seed]![0].training!)
        } / Double(pairs.count)
      }
    }
    return (
      try Estimate.studentMean(of: differences { $0.crossEntropy }),
      try Estimate.studentMean(of: differences { $0.accuracy }), seeds.count
    )
  }
}
