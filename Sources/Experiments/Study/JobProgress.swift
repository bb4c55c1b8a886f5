/// What a job of a ``WorkQueue`` tells while it is done, on one thread.
final class JobProgress {
  private let queue: WorkQueue
  /// Estimated seconds of its work that are done.
  private(set) var seconds = 0.0

  init(_ queue: WorkQueue) { self.queue = queue }

  /// Whether the work is to stop; can be asked on any thread.
  var shouldStop: @Sendable () -> Bool {
    { [queue] in queue.shouldStop }
  }

  /// Counts a step.
  ///
  /// - Parameters:
  ///   - seconds: How long it was estimated to take.
  ///   - detail: What is worked on, in a few words.
  func step(_ seconds: Double, _ detail: String) {
    self.seconds += seconds
    queue.advance(seconds)
    queue.report(detail)
  }
}
