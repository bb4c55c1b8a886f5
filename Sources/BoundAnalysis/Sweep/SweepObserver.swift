/// How far a sweep is.
public struct SweepProgress: Sendable {
  /// The share of the work, in [0, 1].
  public let share: Double
  /// What happens at the moment, in a few words.
  public let detail: String

  /// A state of the given parts.
  public init(share: Double, detail: String) {
    self.share = share
    self.detail = detail
  }
}

/// Who watches a sweep, and may stop it. `shouldStop` is called on all threads at once, the others by one at a time.
public struct SweepObserver: Sendable {
  /// Asked before every λ; true stops the sweep, and the same sweep goes on from its folder.
  public var shouldStop: @Sendable () -> Bool
  /// Told what a user should know, a line each.
  public var note: @Sendable (String) -> Void
  /// Told of every piece of work that is done.
  public var progress: @Sendable (SweepProgress) -> Void

  /// Nobody, but for what is given.
  public init(
    shouldStop: @escaping @Sendable () -> Bool = { false }, note: @escaping @Sendable (String) -> Void = { _ in },
    progress: @escaping @Sendable (SweepProgress) -> Void = { _ in }
  ) {
    self.shouldStop = shouldStop
    self.note = note
    self.progress = progress
  }
}

/// A sweep that was asked to stop.
public struct SweepInterrupted: Error {
  /// A request to stop was followed.
  public init() {}
}
