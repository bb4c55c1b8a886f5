import Basics
import Statistics
import Testing

struct CalibrationTests {
  @Test func byHand() throws {
    let calibration = try Calibration(
      confidences: [0.9, 0.8, 0.75, 0.5], correct: [true, true, false, false], bins: 2)
    #expect(calibration.bins.map(\.count) == [1, 3])
    #expect(calibration.bins.map(\.accuracy) == [0, 2.0 / 3])
    #expect(agree(calibration.bins.compactMap(\.confidence), [0.5, 2.45 / 3]))
    // (1 · |0 − 0.5| + 3 · |2/3 − 2.45/3|) / 4
    #expect(agree([calibration.expectedError], [0.2375]))
  }

  @Test func binsContainTheirUpperEnd() throws {
    for count in [3, 10, 15, 49] {
      let edges = (1...count).map { Double($0) / Double(count) }
      let atEdges = try Calibration(confidences: edges, correct: edges.map { _ in true }, bins: count)
      #expect(atEdges.bins.map(\.count) == Array(repeating: 1, count: count))
      #expect(atEdges.bins.map(\.high) == edges)
      let above = [0] + edges.dropLast().map(\.nextUp)
      let past = try Calibration(confidences: above, correct: above.map { _ in true }, bins: count)
      #expect(past.bins.map(\.count) == Array(repeating: 1, count: count))
    }
  }

  @Test func emptyBinsHaveNoAccuracy() throws {
    let calibration = try Calibration(confidences: [1 + 1e-7], correct: [false])
    #expect(calibration.bins.count == 15)
    #expect(calibration.bins.dropLast().allSatisfy { $0.count == 0 && $0.accuracy == nil && $0.confidence == nil })
    #expect(calibration.expectedError == 1)
  }

  @Test func whatIsNoConfidenceIsRefused() {
    #expect(throws: Failure("confidence 1 is 1.1, not in [0, 1]")) {
      try Calibration(confidences: [0.5, 1.1], correct: [true, true])
    }
    #expect(throws: Failure("confidences: value 0 is nan, not a finite number")) {
      try Calibration(confidences: [.nan], correct: [true])
    }
    #expect(throws: Failure("2 confidences for 1 predictions")) {
      try Calibration(confidences: [0.5, 0.5], correct: [true])
    }
    #expect(throws: Failure("confidences: 0 values, where at least 1 are needed")) {
      try Calibration(confidences: [], correct: [])
    }
  }
}
