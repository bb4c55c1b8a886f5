/// How far a study is.
public struct StudyProgress: Sendable {
  /// Runs, trials of learning rates and baselines that are done, and all there are.
  public let done: Int
  /// See `done`.
  public let jobs: Int
  /// The share of the work, in [0, 1], by what steps were measured to take.
  public let share: Double
  /// What happens at the moment, in a few words.
  public let detail: String
}

/// Who watches a study, and may stop it. Its closures are called on several threads: `shouldStop` on all at once, `note` and
/// `progress` by one at a time.
public struct StudyObserver: Sendable {
  /// Asked before every step of every run; true stops all, and the same study goes on from its folder.
  public var shouldStop: @Sendable () -> Bool
  /// Told what a user should know, a line each.
  public var note: @Sendable (String) -> Void
  /// Told of every step.
  public var progress: @Sendable (StudyProgress) -> Void

  /// Nobody, but for what is given.
  public init(
    shouldStop: @escaping @Sendable () -> Bool = { false }, note: @escaping @Sendable (String) -> Void = { _ in },
    progress: @escaping @Sendable (StudyProgress) -> Void = { _ in }
  ) {
    self.shouldStop = shouldStop
    self.note = note
    self.progress = progress
  }
}
