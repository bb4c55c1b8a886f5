import Datasets

/// Learned on one task, tested as it is on others: the field's cross-data-set evaluation.
public struct CrossTask: StudyProtocol {
  public static let name = "cross-task"
  public static let summary = "Learned on one task (--source), tested as it is on the others."
  public static let takes: Set<GridPart> = [.source]

  public init() {}

  public func cells(of grid: Grid, tasks: [String: any ClassificationTask]) throws -> [PlannedCell] {
    let source = try grid.requireSource(Self.name, example: "world:colored-shapes@blurry")
    let tested = [source] + grid.tasks.filter { $0 != source }
    return grid.cells(on: source, .all, tests: tested.map { CellTest(task: $0, classes: .all) })
  }
}
