import Basics
import Statistics
import Testing

struct SignFlipTestTests {
  private let stream = RandomStream(name: "sign-flip tests")

  @Test func agreesWithSciPy() throws {
    for golden in try Golden.values().signFlips {
      let test = try SignFlipTest([golden.values], stream: stream)
      #expect(test.isExact && test.pairs == golden.values.count)
      #expect(agree([test.pValue], [golden.p]))
    }
  }

  @Test func tasksOfDifferentSizesWeighTheSame() throws {
    let tasks = [[0.3, -0.1, 0.2], [0.05], [0.02, 0.04, -0.01, 0.06, 0.01]]
    let terms = tasks.flatMap { task in task.map { $0 / Double(task.count) / 3 } }
    let observed = terms.reduce(0, +)
    let extreme = (0..<1 << terms.count).count { signs in
      abs(terms.indices.reduce(0) { $0 + (signs >> $1 & 1 == 0 ? terms[$1] : -terms[$1]) }) >= observed - 1e-15
    }
    let test = try SignFlipTest(tasks, stream: stream)
    #expect(agree([test.meanDifference, test.pValue], [observed, Double(extreme) / 512]))
  }

  @Test func equalSumsCountAsEqualDespiteRounding() throws {
    // All signs alike, and nothing else, is as far from 0 as 0.1 + 0.2 + 0.3 in any order; no difference, no evidence.
    #expect(try SignFlipTest([[0.1, 0.2, 0.3]], stream: stream).pValue == 2.0 / 8)
    #expect(try SignFlipTest([[0.3, 0.2, 0.1, 1e-17]], stream: stream).pValue == 4.0 / 16)
    #expect(try SignFlipTest([[0, 0, 0]], stream: stream).pValue == 1)
  }

  @Test func drawnSignsComeNearAllSigns() throws {
    let differences = (0..<20).map { 0.05 + Double($0 * 7 % 20 - 10) / 40 }
    let exact = try SignFlipTest([differences], stream: stream)
    #expect(exact.isExact && 0.02 < exact.pValue && exact.pValue < 0.9)
    // A pair without a difference changes no share.
    let drawn = try SignFlipTest([differences + [0]], stream: stream)
    #expect(!drawn.isExact)
    #expect(abs(drawn.pValue - exact.pValue) < 4 * (exact.pValue * (1 - exact.pValue) / 20_000).squareRoot())
    #expect(try SignFlipTest([differences + [0]], stream: stream) == drawn)
    #expect(try SignFlipTest([differences + [0]], stream: RandomStream(name: "other")) != drawn)
    // The observed signs are among those that are counted: never 0.
    #expect(try SignFlipTest([Array(repeating: 1, count: 80)], stream: stream, draws: 99).pValue == 0.01)
  }

  @Test func whatIsNoNumberIsRefused() {
    #expect(throws: Failure("a permutation test: value 1 is nan, not a finite number")) {
      try SignFlipTest([[1, .nan]], stream: stream)
    }
    #expect(throws: Failure("a permutation test: 0 values, where at least 1 are needed")) {
      try SignFlipTest([[1], []], stream: stream)
    }
    #expect(throws: Failure("a permutation test needs differences")) { try SignFlipTest([], stream: stream) }
  }
}
