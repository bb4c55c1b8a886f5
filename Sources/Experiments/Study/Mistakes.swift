import Basics

/// Mistakes of a user, gathered so that all are named at once.
struct Mistakes {
  private var lines: [String] = []

  mutating func add(_ line: String) { if !lines.contains(line) { lines.append(line) } }

  /// What `body` returns, or nil if it is a user's mistake, which is remembered.
  mutating func attempt<Value>(_ body: () throws -> Value) throws -> Value? {
    do {
      return try body()
    } catch let failure as Failure where failure.kind == .usage {
      add(failure.description)
      return nil
    }
  }

  func check() throws {
    guard lines.isEmpty else { throw Failure.usage(lines.joined(separator: "\n")) }
  }
}
