import Basics
import Synchronization
import Testing

@Suite("Work shared among threads")
struct WorkerPoolTests {
  @Test func everyPieceIsDoneOnceHoweverOftenAndFromWherever() async {
    // Many jobs at once, of which one at a time gets the workers, each with jobs within its pieces.
    await withTaskGroup(of: Bool.self) { group in
      for task in 0..<8 {
        group.addTask {
          (0..<300).allSatisfy { round in
            let pieces = 1 + (task * 31 + round) % 17
            let counts = (0..<pieces).map { _ in Counter() }
            Parallel.forEach(pieces) { piece in
              Parallel.forEach(3) { _ in counts[piece].value.add(1, ordering: .relaxed) }
            }
            return counts.allSatisfy { $0.value.load(ordering: .relaxed) == 3 }
          }
        }
      }
      for await isRight in group { #expect(isRight) }
    }
  }

  @Test func workersThatFellAsleepComeBack() async throws {
    for _ in 0..<20 {
      let sum = Counter()
      Parallel.forEach(64) { sum.value.add($0, ordering: .relaxed) }
      #expect(sum.value.load(ordering: .relaxed) == 64 * 63 / 2)
      try await Task.sleep(for: .milliseconds(3))
    }
  }

  private final class Counter: Sendable {
    let value = Atomic<Int>(0)
  }
}
