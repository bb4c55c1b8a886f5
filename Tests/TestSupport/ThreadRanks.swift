import Basics
import Foundation
import Synchronization

/// Ranks as threads of one process, which meet in memory instead of by MPI.
package final class ThreadRanks: RankGroup {
  private final class Board: @unchecked Sendable {
    private let condition = NSCondition()
    private let count: Int
    private var bytes: [[UInt8]?]
    private var (arrived, round) = (0, 0)

    init(count: Int) {
      self.count = count
      bytes = Array(repeating: nil, count: count)
    }

    /// What all ranks brought, as soon as all of them are here.
    func exchange(_ own: [UInt8], rank: Int) -> [[UInt8]] {
      condition.lock()
      defer { condition.unlock() }
      let mine = round
      bytes[rank] = own
      arrived += 1
      if arrived == count {
        let all = bytes.map { $0! }
        shown = all
        (arrived, round) = (0, round + 1)
        condition.broadcast()
        return all
      }
      while round == mine { condition.wait() }
      return shown
    }

    private var shown: [[UInt8]] = []
  }

  package let rank: Int
  package let count: Int
  private let board: Board

  private init(rank: Int, count: Int, board: Board) { (self.rank, self.count, self.board) = (rank, count, board) }

  /// What `body` makes on each of several ranks.
  package static func run<Result: Sendable>(
    _ count: Int, _ body: @escaping @Sendable () throws -> Result
  ) throws -> [Result] {
    let board = Board(count: count)
    let results = Mutex<[Int: Swift.Result<Result, any Error>]>([:])
    let threads = (0..<count).map { rank in
      let thread = Thread {
        let made = Swift.Result {
          try Ranks.$group.withValue(ThreadRanks(rank: rank, count: count, board: board)) { try body() }
        }
        results.withLock { $0[rank] = made }
      }
      // Encoders of a tape take more stack than a thread of Foundation has by default.
      thread.stackSize = 16 << 20
      return thread
    }
    for thread in threads { thread.start() }
    while results.withLock({ $0.count }) < count { usleep(1000) }
    return try results.withLock { results in try (0..<count).map { try results[$0]!.get() } }
  }

  package func gather(_ bytes: UnsafeMutableRawBufferPointer, parts: [Range<Int>]) {
    let all = board.exchange(Array(bytes[parts[rank]]), rank: rank)
    for (part, theirs) in zip(parts, all) {
      precondition(part.count == theirs.count, "rank \(rank) waits for \(part.count) bytes, \(theirs.count) came")
      UnsafeMutableRawBufferPointer(rebasing: bytes[part]).copyBytes(from: theirs)
    }
  }

  package func sum(_ values: UnsafeMutableBufferPointer<Float>) {
    let all = board.exchange(Array(UnsafeRawBufferPointer(values)), rank: rank)
    let parts = all.map { bytes in
      bytes.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
    }
    for index in values.indices { values[index] = parts.dropFirst().reduce(parts[0][index]) { $0 + $1[index] } }
  }

  package func end(_ status: Int32) -> Never { fatalError("a test ends by itself") }
}
