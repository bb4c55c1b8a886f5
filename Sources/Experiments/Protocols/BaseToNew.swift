import Basics
import Datasets

/// Learned on the first half of the classes, tested on both halves; see Zhou et al., CVPR 2022.
public struct BaseToNew: StudyProtocol {
  public static let name = "base-to-new"
  public static let summary =
    "Learned on the first half of the classes, tested on both halves apart, with their harmonic mean."

  public init() {}

  public func cells(of grid: Grid, tasks: [String: any ClassificationTask]) throws -> [PlannedCell] {
    for (name, task) in tasks.sorted(by: { $0.key < $1.key }) where task.classNames.count < 2 {
      throw Failure.usage("\(name) has one class only: base-to-new needs classes to learn and others to test on")
    }
    return grid.tasks.flatMap { task in
      grid.cells(on: task, .base, tests: [.base, .new].map { CellTest(task: task, classes: $0) })
    }
  }
}
