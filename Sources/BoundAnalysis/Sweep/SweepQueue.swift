import Basics
import Foundation
import Synchronization

/// Works through the cells of a sweep on all threads, beside other processes that do the same.
final class SweepQueue: Sendable {
  private struct State {
    var settled: Set<SweepCell> = []
    var seconds = 0.0
    var failures: [String] = []
    var isInterrupted = false
  }

  private let stages: [[SweepCell]]
  private let cost: @Sendable (SweepCell) -> Double
  private let observer: SweepObserver
  private let isDone: @Sendable (SweepCell) throws -> Bool
  private let work: @Sendable (SweepCell, _ shouldStop: () -> Bool) throws -> Bool
  private let state = Mutex(State())

  /// - Parameters:
  ///   - stages: Cells; those of a stage need all of the stages before.
  ///   - cost: Seconds that a cell takes on one thread.
  ///   - work: Does a cell unless another process does, in which case it returns false.
  init(
    stages: [[SweepCell]], cost: @escaping @Sendable (SweepCell) -> Double, observer: SweepObserver,
    isDone: @escaping @Sendable (SweepCell) throws -> Bool,
    work: @escaping @Sendable (SweepCell, _ shouldStop: () -> Bool) throws -> Bool
  ) {
    self.stages = stages
    self.cost = cost
    self.observer = observer
    self.isDone = isDone
    self.work = work
  }

  /// Does what is not done.
  ///
  /// - Throws: ``SweepInterrupted``; ``Failure`` if cells failed, when all others of their stage are done.
  func run() throws {
    let open = try stages.map { try $0.filter { try !isDone($0) } }
    let total = open.joined().reduce(0) { $0 + cost($1) }
    announce(open.joined().count, of: stages.joined().count, seconds: total)
    for stage in open {
      while true {
        let cells = state.withLock { state in stage.filter { !state.settled.contains($0) } }
        guard !cells.isEmpty else { break }
        Parallel.forEach(cells.count) { attempt(cells[$0], total: total) }
        let (failures, isInterrupted) = state.withLock { ($0.failures, $0.isInterrupted) }
        if isInterrupted || observer.shouldStop() { throw SweepInterrupted() }
        guard failures.isEmpty else {
          let more = failures.count > 1 ? " (and \(failures.count - 1) more like it)" : ""
          throw Failure("\(failures[0])\(more); what is done is kept, and the same command tries this again")
        }
        // What is left belongs to other processes: they finish it, or are killed and leave it.
        if state.withLock({ state in !stage.allSatisfy { state.settled.contains($0) } }) { usleep(200_000) }
      }
    }
  }

  private func attempt(_ cell: SweepCell, total: Double) {
    guard !state.withLock({ $0.isInterrupted }), !observer.shouldStop() else { return }
    do {
      guard try work(cell, { observer.shouldStop() }) else { return }
      state.withLock { state in
        state.settled.insert(cell)
        state.seconds += cost(cell)
        // Under the lock, so that an observer is told by one thread at a time.
        observer.progress(
          SweepProgress(share: total > 0 ? min(1, state.seconds / total) : 1, detail: "N = \(cell.draw.size)"))
      }
    } catch is SweepInterrupted {
      state.withLock { $0.isInterrupted = true }
    } catch {
      state.withLock { state in
        state.settled.insert(cell)
        state.failures.append("\(error)")
      }
    }
  }

  private func announce(_ open: Int, of all: Int, seconds: Double) {
    guard open > 0 else { return observer.note("all \(all) pieces of work are done") }
    let threads = Parallel.threadCount
    let time = seconds / Double(threads)
    observer.note(
      "\(all) pieces of work, \(all - open) of them done; the others take about \(PredictedTime.text(time)) on \(threads) thread\(threads == 1 ? "" : "s")"
    )
  }
}
