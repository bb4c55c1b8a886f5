import Basics
import Datasets

/// One baseline on the training images of some cells, with what it is tested on.
struct BaselineCell: Sendable {
  /// The baseline's name.
  let baseline: String
  let task: String
  let classes: ClassSelection
  let shots: Int?
  let seed: UInt64
  /// Those tests of the cells whose classes are the learned ones.
  var tests: [CellTest]
  /// What tells it from others in a study's folder, where backbone and sources of tasks are the same for all.
  var key: String { "\(baseline)\n\(task)\n\(classes.rawValue)\n\(shots.map { "\($0)" } ?? "all")\n\(seed)" }

  /// In words, for messages.
  var words: String { "\(task), \(baseline), \(shots.map { Shots.perClass($0) } ?? .all), seed \(seed)" }

  /// What all baselines learn from, as a supervision's text.
  static let supervision = "hard-label"
}

/// Baseline cells, each once.
struct BaselineCells {
  private(set) var cells: [BaselineCell] = []
  private var places: [String: Int] = [:]

  /// Adds baselines beside cells of some lists.
  mutating func add(
    _ baselines: [String], beside planned: [PlannedCell], tasks: [String: any ClassificationTask]
  ) throws {
    for baseline in baselines {
      for planned in planned where planned.cell.start == .usual {
        let cell = planned.cell
        let names = try tasks[cell.task]!.classNames(cell.classes)
        // A classifier says nothing of other classes.
        let tests = try planned.tests.filter { try tasks[$0.task]!.classNames($0.classes) == names }
        guard !tests.isEmpty else { continue }
        let new = BaselineCell(
          baseline: baseline, task: cell.task, classes: cell.classes, shots: cell.shots, seed: cell.seed, tests: tests)
        guard let place = places[new.key] else {
          places[new.key] = cells.count
          cells.append(new)
          continue
        }
        cells[place].tests += tests.filter { !cells[place].tests.contains($0) }
      }
    }
  }
}
