import Basics

/// How probable it is that a run of one method beats a run of another on the same task (Agarwal et al. 2021, rliable's
/// `probability_of_improvement`).
public enum ProbabilityOfImprovement {
  /// The mean over tasks of P(X > Y) + ½ P(X = Y), over all pairs of a run of X and a run of Y: the Mann–Whitney statistic
  /// divided by the number of pairs.
  ///
  /// - Parameters:
  ///   - x: For each task the score of each run of the one method; larger is better.
  ///   - y: The same of the other method; the number of runs may differ.
  /// - Throws: ``Failure`` if the tasks differ in number, there are none, one has no runs, or a score is not finite.
  public static func of(_ x: [[Double]], over y: [[Double]]) throws -> Double {
    let tasks = try wins(x, y)
    return tasks.reduce(0) { $0 + $1.mean } / Double(tasks.count)
  }

  /// What each run of X scores against each run of Y in one task: 1 for more, ½ for the same, 0 for less.
  struct Wins: Sendable {
    let x: Int
    let y: Int
    /// x × y.
    let values: [Double]

    var mean: Double { values.reduce(0, +) / Double(values.count) }

    /// The mean with runs counted as often as they are drawn.
    func mean(_ xCounts: [Int], _ yCounts: [Int]) -> Double {
      var sum = 0.0
      for i in 0..<x where xCounts[i] > 0 {
        var row = 0.0
        for j in 0..<y { row += Double(yCounts[j]) * values[i * y + j] }
        sum += Double(xCounts[i]) * row
      }
      return sum / Double(x * y)
    }
  }

  static func wins(_ x: [[Double]], _ y: [[Double]]) throws -> [Wins] {
    guard x.count == y.count else { throw Failure("\(x.count) tasks cannot be compared with \(y.count)") }
    try StratifiedBootstrap.check(x)
    try StratifiedBootstrap.check(y)
    return zip(x, y).map { x, y in
      Wins(
        x: x.count, y: y.count,
        values: x.flatMap { left in y.map { right in left > right ? 1 : left == right ? 0.5 : 0 } })
    }
  }
}
