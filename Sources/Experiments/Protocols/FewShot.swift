import Datasets

/// Learned from few images of every class, tested on all classes.
public struct FewShot: StudyProtocol {
  public static let name = "few-shot"
  public static let summary = "Learned from few images of every class, tested on all classes of the same task."

  public init() {}

  public func cells(of grid: Grid, tasks: [String: any ClassificationTask]) -> [PlannedCell] {
    grid.tasks.flatMap { grid.cells(on: $0, .all, tests: [CellTest(task: $0, classes: .all)]) }
  }
}
