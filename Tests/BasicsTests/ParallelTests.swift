import Basics
import Synchronization
import Testing

@Suite struct ParallelTests {
  @Test(arguments: [0, 1, 2, 3, 1000]) func eachPieceIsDoneOnce(pieces: Int) {
    let counts = Mutex(Array(repeating: 0, count: pieces))
    Parallel.forEach(pieces) { piece in counts.withLock { $0[piece] += 1 } }
    #expect(counts.withLock { $0 } == Array(repeating: 1, count: pieces))
  }

  @Test func mapKeepsTheOrder() throws {
    let squares = try Parallel.map(1000) { index in
      // Uneven work, so that pieces end out of order.
      var stream = RandomStream(name: "\(index)")
      for _ in 0..<(index % 7 * 1000) { _ = stream.next() }
      return index * index
    }
    #expect(squares == (0..<1000).map { $0 * $0 })
  }

  @Test func theFirstErrorByIndexIsThrown() {
    #expect(throws: Failure("piece 13")) {
      try Parallel.map(100) { index in
        if index >= 13 { throw Failure("piece \(index)") }
        return index
      }
    }
  }

  @Test func piecesMayThemselvesBeCut() throws {
    let sums = try Parallel.map(20) { outer in try Parallel.map(20) { outer * $0 }.reduce(0, +) }
    #expect(sums == (0..<20).map { $0 * 190 })
  }

  @Test func atLeastOneThread() {
    #expect(Parallel.threadCount >= 1)
  }
}
