import Basics
import CGSL

/// The interquartile mean over runs and tasks together (Agarwal et al. 2021, rliable's `aggregate_iqm`).
public enum InterquartileMean {
  /// The mean of the scores of all runs and tasks without the ⌊n/4⌋ smallest and the ⌊n/4⌋ largest of the n.
  ///
  /// - Parameter scores: For each task the score of each run.
  /// - Throws: ``Failure`` if there are no tasks, a task without runs, or a score that is not finite.
  public static func of(_ scores: [[Double]]) throws -> Double {
    try StratifiedBootstrap.check(scores)
    return trimmed(scores.flatMap { $0 })
  }

  static func trimmed(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    return gsl_stats_trmean_from_sorted_data(0.25, sorted, 1, sorted.count)
  }
}
