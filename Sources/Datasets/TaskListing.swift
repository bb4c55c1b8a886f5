/// A task of a source's list.
public struct TaskListing: Sendable, Equatable {
  /// The name on the command line.
  public let name: String
  public let classCount: Int
  /// The names of its first classes, at most three.
  public let firstClassNames: [String]

  /// A line about a task.
  public init(_ task: any ClassificationTask) {
    name = task.name
    classCount = task.classNames.count
    firstClassNames = Array(task.classNames.prefix(3))
  }
}
