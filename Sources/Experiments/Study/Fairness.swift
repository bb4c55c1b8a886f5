import Datasets
import Foundation
import Training

/// What was equal between the methods of a study: checked in the records of the runs, not assumed.
struct Fairness {
  /// What was found, a sentence each.
  let sentences: [String]

  /// Compares all runs of the same task, classes, shots, epochs and seed, and every baseline with the runs beside it.
  init(
    _ records: [(cell: Cell, record: CellRecord)], baselines: [(cell: BaselineCell, record: BaselineRecord)] = []
  ) {
    sentences =
      Self.runs(records) + Self.learningRates(records) + Self.baselines(baselines, beside: records)
  }

  private static func runs(_ records: [(cell: Cell, record: CellRecord)]) -> [String] {
    let groups = Dictionary(grouping: records) { entry in
      let cell = entry.cell
      return
        "\(cell.task), \(cell.classes.rawValue) classes, \(cell.shots.map { "\($0) shots" } ?? "all images"), "
        + "\(entry.record.configuration.epochs) epochs, seed \(cell.seed)"
    }.filter { $0.value.count > 1 }
    guard !groups.isEmpty else {
      return ["No two methods were run on the same task, shots and seed, so there is nothing to be equal."]
    }
    var found: [String] = []
    func check(_ what: String, _ value: (CellRecord) -> String?) {
      let unequal = groups.filter { Set($0.value.compactMap { value($0.record) }).count > 1 }.keys.sorted()
      found.append(
        unequal.isEmpty
          ? "\(what): equal for all methods in each of \(groups.count) groups of the same task, shots, epochs and seed."
          : "\(what): NOT equal in \(unequal.count) of \(groups.count) groups, as in \(unequal[0]).")
    }
    check("Training images") { $0.images }
    check("Order of the images in all steps") { $0.order }
    check("Test images") { record in
      record.tests.compactMap { test in test.record.map { "\(test.test) \($0.images)" } }.sorted().joined()
    }
    // Of each setting that is not the method's own.
    let settings: [(String, (RunConfiguration) -> String)] = [
      ("Optimiser", { $0.optimizer.rawValue }),
      ("Batch size", { "\($0.batchSize)" }), ("Weight decay and momentum", { "\($0.weightDecay) \($0.momentum)" }),
      ("Warm-up", { "\($0.warmupEpochs) \($0.warmupLearningRate)" }), ("Backbone", { $0.backboneChecksum }),
    ]
    for (name, value) in settings { check(name) { value($0.configuration) } }
    check("Augmentation") { $0.parameters == 0 ? nil : $0.configuration.augmentation.rawValue }
    // Where learning rates are searched the budget of the search is what has to be equal.
    if groups.values.contains(where: { $0.contains { $0.record.tuning != nil } }) {
      check("Search of the learning rate (trials, seed and validation images)") { $0.search }
    } else {
      check("Learning rate") { "\($0.configuration.learningRate)" }
    }
    let parameters = Dictionary(grouping: records) { $0.cell.structure }.mapValues {
      Set($0.map(\.record.parameters)).sorted()
    }
    let counts = parameters.sorted { $0.key < $1.key }.map { name, counts in
      "\(name) \(counts.map(String.init).joined(separator: " or "))"
    }
    found.append("Learned parameters: \(counts.joined(separator: ", ")).")
    return found
  }

  /// Which learning rates were chosen among which, a sentence for each method.
  private static func learningRates(_ records: [(cell: Cell, record: CellRecord)]) -> [String] {
    struct Search: Hashable {
      let structure: String
      let supervision: String
      let trials: [Double]
    }
    var choices: [Search: [String: String]] = [:]
    for (cell, record) in records {
      guard let tuning = record.tuning else { continue }
      let search = Search(
        structure: cell.structure, supervision: cell.judgement, trials: tuning.trials.map(\.learningRate))
      let accuracy = tuning.trials.first { $0.learningRate == tuning.learningRate }?.accuracy ?? 0
      let place =
        "\(cell.task), \(cell.classes.rawValue) classes, \(cell.shots.map { "\($0) shots" } ?? "all images"), "
        + "\(record.configuration.epochs) epochs" + (cell.start == .usual ? "" : ", \(Study.words(cell.start))")
      choices[search, default: [:]][place] =
        "\(short(tuning.learningRate)) for \(place) (\(String(format: "%.1f", 100 * accuracy)) % of "
        + "\(tuning.validationImages) validation images, seed \(tuning.seed))"
    }
    return choices.map { search, places in
      "Learning rate of \(search.structure) under \(search.supervision), chosen on validation images among "
        + "\(search.trials.map(short).joined(separator: ", ")) for all seeds: "
        + places.sorted { $0.key < $1.key }.map(\.value).joined(separator: "; ") + "."
    }.sorted()
  }

  private static func short(_ rate: Double) -> String { String(format: "%.3g", rate) }

  /// Whether baselines learned from the images of the runs of the same task, classes, shots and seed.
  private static func baselines(
    _ baselines: [(cell: BaselineCell, record: BaselineRecord)], beside records: [(cell: Cell, record: CellRecord)]
  ) -> [String] {
    let runs = Dictionary(grouping: records) { Images($0.cell.task, $0.cell.classes, $0.cell.shots, $0.cell.seed) }
    var count = 0
    var unequal: [String] = []
    for (cell, record) in baselines {
      guard let beside = runs[Images(cell.task, cell.classes, cell.shots, cell.seed)] else { continue }
      count += 1
      if beside.contains(where: { $0.record.images != record.images }) { unequal.append(cell.words) }
    }
    guard count > 0 else { return [] }
    let what = "Training images of the baselines"
    return [
      unequal.isEmpty
        ? "\(what): equal to those of the runs beside them for each of \(count)."
        : "\(what): NOT equal to those of the runs beside them for \(unequal.count) of \(count), as for "
          + "\(unequal.sorted()[0])."
    ]
  }

  /// What decides which images are learned from.
  private struct Images: Hashable {
    let task: String
    let classes: ClassSelection
    let shots: Int?
    let seed: UInt64

    init(_ task: String, _ classes: ClassSelection, _ shots: Int?, _ seed: UInt64) {
      (self.task, self.classes, self.shots, self.seed) = (task, classes, shots, seed)
    }
  }
}

extension CellRecord {
  /// What decides how thoroughly the learning rate was searched, and on what; nil where nothing is learned.
  fileprivate var search: String? {
    guard let tuning else { return parameters == 0 ? nil : "none" }
    return "\(tuning.trials.count) trials, seed \(tuning.seed), \(tuning.images)"
  }
}
