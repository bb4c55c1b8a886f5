import Basics

/// The stratified bootstrap over runs (Agarwal et al. 2021, rliable): a replicate draws, in every task, as many runs as there
/// are with replacement; the interval lies between quantiles of the replicates.
///
/// It is for scores of runs without a view of the test images; where correctness by image is known, ``CrossedBootstrap``
/// also has the chance that lies in them.
public struct StratifiedBootstrap: Sendable {
  /// How it draws.
  public let settings: BootstrapSettings

  /// A bootstrap of some settings.
  public init(_ settings: BootstrapSettings) { self.settings = settings }

  /// A bootstrap that draws from a stream.
  public init(stream: RandomStream, replicates: Int = 2000, level: Double = 0.95) {
    self.init(BootstrapSettings(stream: stream, replicates: replicates, level: level))
  }

  /// ``InterquartileMean`` with its interval.
  ///
  /// - Parameter scores: For each task the score of each run.
  public func interquartileMean(of scores: [[Double]]) throws -> Estimate {
    let value = try InterquartileMean.of(scores)
    let draws = try Replicates.draw(settings) {
      { stream in
        InterquartileMean.trimmed(scores.flatMap { runs in runs.map { _ in runs[stream.below(runs.count)] } })
      }
    }
    return Estimate(value: value, interval: .percentile(of: draws, level: settings.level))
  }

  /// ``ProbabilityOfImprovement`` with its interval; the runs of the two methods are drawn independently.
  ///
  /// - Parameters:
  ///   - x: For each task the score of each run of the one method; larger is better.
  ///   - y: The same of the other method.
  public func probabilityOfImprovement(of x: [[Double]], over y: [[Double]]) throws -> Estimate {
    let tasks = try ProbabilityOfImprovement.wins(x, y)
    let draws = try Replicates.draw(settings) {
      { stream in
        tasks.reduce(0) { $0 + $1.mean(stream.resampled($1.x), stream.resampled($1.y)) } / Double(tasks.count)
      }
    }
    return Estimate(
      value: tasks.reduce(0) { $0 + $1.mean } / Double(tasks.count),
      interval: .percentile(of: draws, level: settings.level))
  }

  static func check(_ scores: [[Double]]) throws {
    guard !scores.isEmpty else { throw Failure("no tasks, so no mean over tasks") }
    for (task, runs) in scores.enumerated() { try CheckedNumbers.require(runs, "the runs of task \(task)") }
  }
}
