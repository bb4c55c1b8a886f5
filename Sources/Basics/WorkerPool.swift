import Dispatch
import Foundation
import Synchronization

/// Threads that wait for pieces of work and, for a moment after each job, do not sleep.
///
/// A transformer's step is hundreds of jobs shorter than a millisecond; waking a sleeping thread for each takes longer than
/// some of them.
final class WorkerPool: @unchecked Sendable {
  // @unchecked: a job is written only while no worker can join it, and read only by those that did.

  /// A thread that may be asleep.
  private final class Worker: Sendable {
    let isAsleep = Atomic<Bool>(false)
    let alarm = DispatchSemaphore(value: 0)
  }

  /// The state of the current job in one word: its number, whether it can be joined, and how many joined it.
  private enum Word {
    static let open: UInt64 = 1 << 15
    static let count: UInt64 = open - 1
    static func job(_ word: UInt64) -> UInt64 { word >> 16 }
  }

  /// How often a worker looks for the next job, giving way to others each time, before it sleeps; about 0.2 ms on an idle core.
  private static let patience = 500

  private let workers: [Worker]
  private let isTaken = Atomic<Bool>(false)
  private let word = Atomic<UInt64>(0)
  private let next = Atomic<Int>(0)
  private var pieces = 0
  private var body: (@Sendable (Int) -> Void)?

  init(threads: Int) {
    workers = (0..<threads).map { _ in Worker() }
    for worker in workers {
      // The threads are there for good, and so is the pool.
      let thread = Thread { [self] in
        var seen: UInt64 = 0
        while true { seen = work(after: seen, as: worker) }
      }
      thread.stackSize = 8 << 20
      thread.name = "rpp worker"
      thread.start()
    }
  }

  /// Calls `body` once with each index in `0..<pieces`, also on the calling thread; returns when all are done.
  ///
  /// - Returns: False, with nothing done, if another thread's job, or one that this call is a piece of, has the workers.
  func run(_ pieces: Int, _ body: @Sendable (Int) -> Void) -> Bool {
    guard isTaken.compareExchange(expected: false, desired: true, ordering: .acquiringAndReleasing).exchanged else {
      return false
    }
    defer { isTaken.store(false, ordering: .releasing) }
    withoutActuallyEscaping(body) { body in
      self.body = body
      self.pieces = pieces
      next.store(0, ordering: .relaxed)
      let number = Word.job(word.load(ordering: .relaxed)) + 1
      word.store(number << 16 | Word.open, ordering: .sequentiallyConsistent)
      for worker in workers.prefix(pieces - 1)
      where worker.isAsleep.exchange(false, ordering: .sequentiallyConsistent) {
        worker.alarm.signal()
      }
      takePieces()
      // All pieces are taken: no worker may join this job any more.
      word.bitwiseAnd(~Word.open, ordering: .acquiringAndReleasing)
      var looks = 0
      while word.load(ordering: .acquiring) & Word.count != 0 {
        looks += 1
        // The last pieces take long: look now and then, instead of all the time.
        if looks < Self.patience { sched_yield() } else { usleep(50) }
      }
      self.body = nil
    }
    return true
  }

  private func takePieces() {
    guard let body else { return }
    while true {
      let piece = next.add(1, ordering: .relaxed).oldValue
      if piece >= pieces { return }
      body(piece)
    }
  }

  /// Waits for a job other than the one seen last, and joins it.
  ///
  /// - Returns: Its number.
  private func work(after seen: UInt64, as worker: Worker) -> UInt64 {
    var looks = 0
    while true {
      let current = word.load(ordering: .sequentiallyConsistent)
      if Word.job(current) != seen, current & Word.open != 0 {
        let joined = word.compareExchange(expected: current, desired: current + 1, ordering: .acquiringAndReleasing)
        guard joined.exchanged else { continue }
        takePieces()
        word.subtract(1, ordering: .releasing)
        return Word.job(current)
      }
      looks += 1
      if looks < Self.patience {
        sched_yield()
        continue
      }
      looks = 0
      worker.isAsleep.store(true, ordering: .sequentiallyConsistent)
      // A job that was opened before this worker was known to sleep would not wake it.
      let missed = word.load(ordering: .sequentiallyConsistent)
      if Word.job(missed) != seen, missed & Word.open != 0,
        worker.isAsleep.exchange(false, ordering: .sequentiallyConsistent)
      {
        continue
      }
      worker.alarm.wait()
    }
  }
}
