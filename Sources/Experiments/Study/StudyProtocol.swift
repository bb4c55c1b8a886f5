import Datasets

/// What an evaluation protocol of the field learns and tests. A protocol of your own is such a type, added to the list that a
/// ``StudyRegistry`` is made of.
public protocol StudyProtocol: Sendable {
  /// The name on the command line, as `base-to-new`.
  static var name: String { get }
  /// One line on what it does.
  static var summary: String { get }

  /// Which parts of a grid it takes beside those that all protocols take; others are refused. None unless it says so.
  static var takes: Set<GridPart> { get }

  init()

  /// The runs of some lists, each with what is tested after it. A cell whose learning starts from another cell's prompt stands
  /// behind it.
  ///
  /// - Parameter tasks: The tasks of the grid, its source included, by name.
  /// - Throws: a usage ``Failure`` for lists that the protocol cannot work with.
  func cells(of grid: Grid, tasks: [String: any ClassificationTask]) throws -> [PlannedCell]
}

extension StudyProtocol {
  public static var takes: Set<GridPart> { [] }
}

/// A run with what is tested after it.
public struct PlannedCell: Hashable, Sendable {
  /// The run.
  public var cell: Cell
  /// The tests.
  public var tests: [CellTest]

  /// A run with tests.
  public init(_ cell: Cell, tests: [CellTest]) {
    self.cell = cell
    self.tests = tests
  }
}
