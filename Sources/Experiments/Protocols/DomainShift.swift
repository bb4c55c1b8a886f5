import Basics
import Datasets

/// Learned on one task, tested on images of the same classes, or of some of them, in other styles: the field's domain
/// generalisation. ImageNet-A and -R have 200 of ImageNet's 1000 classes.
public struct DomainShift: StudyProtocol {
  public static let name = "domain-shift"
  public static let summary = "Learned on one task (--source), tested on tasks of the same classes in other styles."
  public static let takes: Set<GridPart> = [.source]

  public init() {}

  public func cells(of grid: Grid, tasks: [String: any ClassificationTask]) throws -> [PlannedCell] {
    let source = try grid.requireSource(Self.name, example: "world:shapes")
    let names = Set(tasks[source]?.classNames ?? [])
    for name in grid.tasks where tasks[name].map({ !names.isSuperset(of: $0.classNames) }) ?? false {
      throw Failure.usage(
        "\(name) has other classes than \(source): domain-shift tests the same classes in other styles; cross-task tests "
          + "other classes")
    }
    let tested = [source] + grid.tasks.filter { $0 != source }
    return grid.cells(on: source, .all, tests: tested.map { CellTest(task: $0, classes: .all) })
  }
}
