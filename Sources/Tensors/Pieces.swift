import Basics

/// How work on rows and elements is cut for the cores: by its size alone, so that results do not depend on the machine.
enum Pieces {
  /// A pointer that pieces of work on different threads may share, because each touches its own part.
  struct Pointer: @unchecked Sendable {
    let address: UnsafeMutablePointer<Float>
    init(_ address: UnsafeMutablePointer<Float>) { self.address = address }
  }

  /// A pointer that is only read.
  struct ConstPointer: @unchecked Sendable {
    let address: UnsafePointer<Float>
    init(_ address: UnsafePointer<Float>) { self.address = address }
  }

  /// About as much elementwise work as waking another thread is worth.
  private static let grain = 1 << 15
  private static let most = 16

  /// Calls `body` with ranges that together are `0..<count`.
  static func forEach(elements count: Int, _ body: @Sendable (Range<Int>) -> Void) {
    forEach(rows: count, costOfRow: 1, body)
  }

  /// Calls `body` with ranges of rows that together are `0..<rows`; `cost` is the elements touched for a row.
  static func forEach(rows: Int, costOfRow cost: Int, _ body: @Sendable (Range<Int>) -> Void) {
    let pieces = max(1, min(most, rows, rows * cost / grain))
    guard pieces > 1 else { return body(0..<rows) }
    Parallel.forEach(pieces) { piece in body(rows * piece / pieces..<rows * (piece + 1) / pieces) }
  }

  /// Calls `body` with ranges of columns that together are `0..<columns`, for sums over rows: the thread that takes a range of columns
  /// goes through all rows in order.
  static func forEach(columns: Int, ofRows rows: Int, _ body: @Sendable (Range<Int>) -> Void) {
    // Not narrower than a few cache lines.
    let pieces = max(1, min(most, columns / 64, rows * columns / grain))
    guard pieces > 1 else { return body(0..<columns) }
    Parallel.forEach(pieces) { piece in body(columns * piece / pieces..<columns * (piece + 1) / pieces) }
  }
}
