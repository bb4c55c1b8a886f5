import Basics
import Foundation
import Synchronization
import Training

/// Works through the jobs of a study, beside other processes that do the same.
final class WorkQueue: Sendable {
  /// Something that one process does and keeps in the study's folder, where the others find it.
  struct Job: Sendable {
    /// What it is.
    enum Kind: String, CaseIterable, Sendable {
      case run
      case trial
      case baseline
    }

    /// What tells it from all others of the study.
    let id: String
    let kind: Kind
    /// What a person calls it, short enough for a line of progress.
    let words: String
    /// How long it is likely to take; 0 where nothing was measured.
    let seconds: Double
    /// Whether it can be worked on beside others, on one thread.
    let isSmall: Bool
    /// Whether what it makes was there at the start.
    let isDone: Bool
    /// Does it, unless it is done; false if another process has it.
    let execute: @Sendable (JobProgress) throws -> Bool
  }

  private struct State {
    /// Why a job failed, by its id.
    var failures: [String: String] = [:]
    /// Ids of jobs that are done, by this process or another.
    var done: Set<String> = []
    /// Estimated seconds of the work that was done.
    var seconds = 0.0
    var isInterrupted = false
  }

  /// Those of a phase need nothing of each other, and can need all of the phases before.
  private let phases: [[Job]]
  private let count: Int
  private let totalSeconds: Double
  private let observer: StudyObserver
  private let state: Mutex<State>

  init(_ phases: [[Job]], observer: StudyObserver) {
    self.phases = phases
    self.observer = observer
    let jobs = phases.joined()
    count = jobs.count
    totalSeconds = jobs.filter { !$0.isDone }.reduce(0) { $0 + $1.seconds }
    state = Mutex(State(done: Set(jobs.filter(\.isDone).map(\.id))))
  }

  /// Does what is missing.
  ///
  /// - Returns: Why jobs failed, by their ids; empty if none did.
  /// - Throws: ``Trainer/Interrupted``.
  func run() throws -> [String: String] {
    for phase in phases {
      var open = phase
      while true {
        open = open.filter { !isSettled($0) }
        guard !open.isEmpty else { break }
        // Small ones side by side, each on one thread; large ones one after another, which then use all threads, as do small ones
        // beside which threads would have nothing to do.
        let small = open.filter(\.isSmall).sorted { $0.seconds > $1.seconds }
        let sideBySide = ThreadSharing.sideBySide(small.map(\.seconds), threads: Parallel.threadCount)
        Parallel.forEach(sideBySide.count) { attempt(small[sideBySide.lowerBound + $0]) }
        let others = small[..<sideBySide.lowerBound] + small[sideBySide.upperBound...] + open.filter { !$0.isSmall }
        for job in others { attempt(job) }
        try checkInterruption()
        open = open.filter { !isSettled($0) }
        // What is left belongs to other processes: they finish it, or are killed and leave it.
        if !open.isEmpty {
          report("waiting for \(open.counted) of other processes")
          usleep(300_000)
          try checkInterruption()
        }
      }
    }
    return state.withLock { $0.failures }
  }

  /// Whether the work is to stop, at the next step of every job.
  var shouldStop: Bool { state.withLock { $0.isInterrupted } || observer.shouldStop() }

  /// Counts estimated seconds of work as done.
  func advance(_ seconds: Double) { state.withLock { $0.seconds += seconds } }

  /// Tells the observer how far the study is.
  func report(_ detail: String) {
    // Under the lock, so that an observer is told by one thread at a time.
    state.withLock { state in
      let share =
        totalSeconds > 0 ? state.seconds / totalSeconds : count > 0 ? Double(state.done.count) / Double(count) : 1
      observer.progress(StudyProgress(done: state.done.count, jobs: count, share: min(1, share), detail: detail))
    }
  }

  private func checkInterruption() throws {
    if shouldStop { throw Trainer.Interrupted(isResumable: true) }
  }

  private func isSettled(_ job: Job) -> Bool {
    state.withLock { $0.done.contains(job.id) || $0.failures[job.id] != nil }
  }

  /// Does a job unless another process has it; what goes wrong is remembered.
  private func attempt(_ job: Job) {
    guard !shouldStop else { return }
    let progress = JobProgress(self)
    do {
      guard try job.execute(progress) else { return }
      advance(max(0, job.seconds - progress.seconds))
      state.withLock { _ = $0.done.insert(job.id) }
      report(job.words)
    } catch is Trainer.Interrupted {
      state.withLock { $0.isInterrupted = true }
    } catch {
      state.withLock { $0.failures[job.id] = "\(error)" }
    }
  }
}

extension [WorkQueue.Job] {
  /// How many there are of each kind, as `12 runs, 4 baselines`.
  var counted: String {
    WorkQueue.Job.Kind.allCases.compactMap { kind in
      let count = count { $0.kind == kind }
      return count == 0 ? nil : "\(count) \(kind.rawValue)\(count == 1 ? "" : "s")"
    }.joined(separator: ", ")
  }
}
