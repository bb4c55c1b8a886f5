import Basics
import Experiments
import Statistics

/// One line of `comparisons.csv`: the difference of two methods in one setting.
public struct Comparison: Codable, Equatable, Sendable {
  /// What the data decide.
  public enum Verdict: String, Codable, Sendable {
    /// The interval is above 0.
    case aIsBetter
    /// The interval is below 0.
    case bIsBetter
    /// The interval covers 0.
    case undecided
    /// One seed says nothing of how seeds differ; the interval is over test images only.
    case oneSeed
  }

  /// What both have in common.
  public let setting: Setting
  /// The one method.
  public let a: String
  /// The other.
  public let b: String
  /// How many tasks both were tested on.
  public let tasks: Int
  /// The smallest number of seeds of a task; 0 where neither method depends on one.
  public let seeds: Int
  /// How many test images of all tasks.
  public let images: Int
  /// The number of pairs of seed and task.
  public let pairs: Int
  /// Accuracy of a − accuracy of b, the mean over tasks of the mean over seeds.
  public let difference: Double
  /// Where the 95 % interval over seeds and test images begins.
  public let low: Double
  /// Where it ends.
  public let high: Double
  /// p of the paired sign-flip test over seeds and tasks, two-sided.
  public let p: Double
  /// The same with Holm's correction for all comparisons of the setting.
  public internal(set) var pHolm: Double
  /// How many more seeds would decide it; nil where it is decided or cannot be told.
  public let seedsToDecide: SeedsToDecide?
  /// How probable it is that a run of a beats one of b on the same task; nil where one of them is a reference.
  public let probabilityOfImprovement: Double?

  /// What the data decide.
  public var verdict: Verdict {
    if seeds == 1 { return .oneSeed }
    return low > 0 ? .aIsBetter : high < 0 ? .bIsBetter : .undecided
  }

  /// The same the other way round.
  var reversed: Comparison {
    Comparison(
      setting: setting, a: b, b: a, tasks: tasks, seeds: seeds, images: images, pairs: pairs, difference: -difference,
      low: -high, high: -low, p: p, pHolm: pHolm, seedsToDecide: seedsToDecide,
      probabilityOfImprovement: probabilityOfImprovement.map { 1 - $0 })
  }
}

extension Comparison {
  /// Compares two methods of a group; nil if no task has both with a common seed and the same test images.
  init?(_ group: TestedGrid.Group, _ a: Method, _ b: Method, _ bootstrap: CrossedBootstrap) throws {
    var (left, right): ([[Correctness]], [[Correctness]]) = ([], [])
    var images = 0
    for pair in group.pairs {
      guard let first = group.runs[a]?[pair], let second = group.runs[b]?[pair], first.images == second.images else {
        continue
      }
      let seeds = first.commonSeeds(with: second)
      if let seeds, seeds.isEmpty { continue }
      left.append(try first.correctness(seeds))
      right.append(try second.correctness(seeds))
      images += first.imageCount
    }
    guard !left.isEmpty else { return nil }
    let measure = group.measure
    let estimate = try bootstrap.difference(measure, of: left, minus: right)
    let (scores, others) = (Self.scores(left, measure), Self.scores(right, measure))
    let differences = zip(scores, others).map { zip($0, $1).map { $0 - $1 } }
    let test = try SignFlipTest(differences, stream: bootstrap.settings.stream)
    let isFixed = a.kind == .reference && b.kind == .reference
    setting = group.setting
    self.a = a.name
    self.b = b.name
    tasks = left.count
    seeds = isFixed ? 0 : estimate.seeds
    self.images = images
    pairs = test.pairs
    difference = estimate.value
    low = estimate.interval.low
    high = estimate.interval.high
    p = test.pValue
    pHolm = test.pValue
    let isDecided = estimate.interval.low > 0 || estimate.interval.high < 0
    seedsToDecide =
      isDecided || isFixed || left.contains { $0[0].seeds < 2 } ? nil : try SeedsToDecide.estimate(estimate)
    probabilityOfImprovement =
      a.kind == .reference || b.kind == .reference ? nil : try ProbabilityOfImprovement.of(scores, over: others)
  }

  /// The measure of each seed in each task.
  static func scores(_ tasks: [[Correctness]], _ measure: AccuracyMeasure) -> [[Double]] {
    tasks.map { groups in
      let accuracies = groups.map(\.accuracies)
      return (0..<groups[0].seeds).map { seed in measure.value(accuracies.map { $0[seed] }) }
    }
  }
}
