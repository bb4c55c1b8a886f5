/// Where tasks come from: what a name such as `folder:/data/pets` means after its colon. A source of your own is such a type,
/// added to a ``TaskRegistry``.
public protocol TaskSource: Sendable {
  /// What names of its tasks begin with, before the colon.
  static var prefix: String { get }
  /// What stands after the colon, in capitals as a person is told: PATH, FILE.csv.
  static var argument: String { get }
  /// What its tasks are, in a line of `rpp tasks`.
  static var summary: String { get }

  init()

  /// The task that `argument`, what stands after the colon, names.
  ///
  /// - Throws: a usage ``Failure`` if there can be no such task; another ``Failure`` for files that are no task.
  func task(_ argument: String) throws -> any ClassificationTask
  /// The same of a source whose names leave open where the data lie: below `root`, or where the environment says.
  func task(_ argument: String, root: String?) throws -> any ClassificationTask
  /// What is there of the task that `argument` names, and what is missing.
  ///
  /// - Throws: a usage ``Failure`` if there can be no such task; another ``Failure`` for files that are no task.
  func check(_ argument: String, root: String?) throws -> TaskCheck
  /// The tasks of the source, where they can be counted.
  var listing: [TaskListing] { get }
  /// The argument as a run's record keeps it: one that is a path is made whole, so that it does not depend on the folder in
  /// which a command was given.
  func resolved(_ argument: String) -> String
  /// Whether a text without the prefix, which is no name of a task, could be meant for this source.
  func recognizes(_ argument: String) -> Bool
}

extension TaskSource {
  public func task(_ argument: String, root: String?) throws -> any ClassificationTask { try task(argument) }
  public func check(_ argument: String, root: String?) throws -> TaskCheck {
    try TaskCheck(try task(argument, root: root))
  }
  public var listing: [TaskListing] { [] }
  public func resolved(_ argument: String) -> String { argument }
  public func recognizes(_ argument: String) -> Bool { listing.contains { $0.name == "\(Self.prefix):\(argument)" } }
}
