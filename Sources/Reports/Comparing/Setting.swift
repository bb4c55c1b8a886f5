/// What two methods must have in common to be compared.
public struct Setting: Codable, Comparable, Hashable, Sendable {
  /// The task that was learned on; `all` for a mean over tasks.
  public let task: String
  /// The task that was tested; for a mean over tasks `all`, `sources` or `others`: tasks that were learned on, those of
  /// them that were also carried to other tasks, other tasks than learned on.
  public let tested: String
  /// What is compared.
  public let classes: TestClasses
  /// Training images of each class; nil for all there are.
  public let shots: Int?
  /// Passes over the training images.
  public let epochs: Int

  package init(task: String, tested: String, classes: TestClasses, shots: Int?, epochs: Int) {
    (self.task, self.tested, self.classes, self.shots, self.epochs) = (task, tested, classes, shots, epochs)
  }

  public static func < (left: Setting, right: Setting) -> Bool {
    if left.task != right.task { return left.task < right.task }
    if left.tested != right.tested { return left.tested < right.tested }
    if left.classes != right.classes { return left.classes < right.classes }
    if left.shots != right.shots { return left.shots ?? .max < right.shots ?? .max }
    return left.epochs < right.epochs
  }

  /// The shots as the tables have them.
  static func text(shots: Int?) -> String { shots.map(String.init) ?? "all" }
}
