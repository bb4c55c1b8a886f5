import Foundation
import Synchronization

/// Work shared among the machine's cores.
///
/// The number of threads never decides what is computed: callers cut their work into pieces by its shape alone, and
/// this type only decides which thread takes which piece. Results are therefore the same for any number of threads.
public enum Parallel {
  /// The name of the variable that says how many threads work at once.
  public static let variable = "RPP_NUM_THREADS"
  /// What it can say.
  public static let threadCounts = 1...1024

  /// The one of ``threadCounts`` that a text says; nil if it says none.
  public static func threadCount(_ text: String) -> Int? {
    Int(text).flatMap { threadCounts.contains($0) ? $0 : nil }
  }

  /// How many threads work at once: `RPP_NUM_THREADS` if that is one of ``threadCounts``, else the number of cores that this process
  /// may run on, which `taskset`, `mpirun` and Slurm can make fewer than there are.
  public static let threadCount: Int =
    ProcessInfo.processInfo.environment[variable].flatMap { threadCount($0) } ?? min(coreCount, threadCounts.upperBound)

  /// Cores that this process may run on.
  public static var coreCount: Int {
    let all = ProcessInfo.processInfo.activeProcessorCount
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("Cpus_allowed:") }
    let allowed = line?.dropFirst("Cpus_allowed:".count).compactMap(\.hexDigitValue).reduce(0) {
      $0 + $1.nonzeroBitCount
    }
    return max(1, min(all, allowed ?? all))
  }

  private static let pool = WorkerPool(threads: threadCount - 1)

  /// Calls `body` once with each index in `0..<pieces`, on up to `threadCount` threads; returns when all are done.
  ///
  /// Calls of `body` must not touch the same memory. Work within a piece of other work stays on that piece's thread.
  public static func forEach(_ pieces: Int, _ body: @Sendable (Int) -> Void) {
    if threadCount > 1, pieces > 1, pool.run(pieces, body) { return }
    for piece in 0..<pieces { body(piece) }
  }

  /// Maps `0..<count` through `body` on all cores, in order; the first error (by index) is thrown.
  public static func map<Element: Sendable>(
    _ count: Int, _ body: @Sendable (Int) throws -> Element
  ) throws -> [Element] {
    let results = Mutex<[Result<Element, any Error>?]>(Array(repeating: nil, count: count))
    forEach(count) { index in
      let result = Result { try body(index) }
      results.withLock { $0[index] = result }
    }
    return try results.withLock { $0 }.map { try $0!.get() }
  }
}
