import Basics
import Experiments
import Statistics

/// What one method came to in one setting.
public struct MethodSummary: Codable, Equatable, Sendable {
  /// The setting.
  public let setting: Setting
  /// The method.
  public let method: String
  /// On how many tasks of the setting's it was tested.
  public let tasks: Int
  /// The smallest number of seeds of a task; 0 for a reference.
  public let seeds: Int
  /// Test images of all tasks.
  public let images: Int
  /// The accuracy with its interval over seeds and test images.
  public let accuracy: Estimate
  /// The interquartile mean over runs and tasks with its interval over runs; nil with fewer than four runs.
  public let interquartileMean: Estimate?
  /// The mean expected calibration error; of base and new the mean of both.
  public let calibrationError: Double
  /// Student's interval of it over seeds; nil with one seed or for a reference.
  public let calibrationInterval: Interval?
  /// The cross entropy on the training images with Student's interval over seeds; nil with one seed or for a reference.
  public let trainingLoss: Estimate?
  /// The same for the accuracy on the training images.
  public let trainingAccuracy: Estimate?
  /// How many numbers were learned, the most of any run.
  public let parameters: Int

  init?(_ group: TestedGrid.Group, _ method: Method, _ bootstrap: CrossedBootstrap) throws {
    guard let byPair = group.runs[method], !byPair.isEmpty else { return nil }
    let runs = group.pairs.compactMap { byPair[$0] }
    let correctness = try runs.map { try $0.correctness(nil) }
    let estimate = try bootstrap.mean(group.measure, of: correctness)
    let cells = runs.flatMap { $0.runs.values.flatMap { $0 } }
    setting = group.setting
    self.method = method.name
    tasks = runs.count
    seeds = method.kind == .reference ? 0 : estimate.seeds
    images = runs.reduce(0) { $0 + $1.imageCount }
    accuracy = estimate.estimate
    let scores = Comparison.scores(correctness, group.measure)
    let isLearned = method.kind != .reference
    interquartileMean =
      isLearned && scores.reduce(0) { $0 + $1.count } >= 4
      ? try StratifiedBootstrap(bootstrap.settings).interquartileMean(of: scores) : nil
    // In the order of tasks and seeds: the sum of the same numbers must be the same to the last bit.
    let errors = try runs.map { task in
      let ordered = task.runs.sorted { $0.key < $1.key }.flatMap(\.value)
      return try ordered.reduce(0) { try $0 + $1.calibration().expectedError } / Double(ordered.count)
    }
    calibrationError = errors.reduce(0, +) / Double(errors.count)
    calibrationInterval = try Self.overSeeds(runs) { cells in
      try cells.reduce(0) { try $0 + $1.calibration().expectedError } / Double(cells.count)
    }?.interval
    trainingLoss = try Self.overSeeds(runs) { $0[0].training?.crossEntropy }
    trainingAccuracy = try Self.overSeeds(runs) { $0[0].training?.accuracy }
    parameters = cells.map(\.parameters).max() ?? 0
  }

  /// The mean over tasks for each seed that all tasks have, and Student's interval of these.
  private static func overSeeds(_ runs: [TestedRuns], _ value: ([TestedCell]) throws -> Double?) throws -> Estimate? {
    guard !runs[0].isReference else { return nil }
    let common = runs.dropFirst().reduce(Set(runs[0].runs.keys)) { $0.intersection($1.runs.keys) }.sorted()
    let values = try common.compactMap { seed -> Double? in
      let tasks = try runs.compactMap { try value($0.runs[seed]!) }
      return tasks.count == runs.count ? tasks.reduce(0, +) / Double(tasks.count) : nil
    }
    return values.count > 1 ? try Estimate.studentMean(of: values) : nil
  }
}

extension TestedCell {
  /// How well its confidences agree with its accuracy.
  func calibration(bins: Int = 15) throws -> Calibration {
    try Calibration(confidences: record.confidences.map(Double.init), correct: record.isCorrect, bins: bins)
  }
}
