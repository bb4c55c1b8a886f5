import Basics
import BoundAnalysis
import Testing

struct DistillationWeightTests {
  @Test func `A list keeps what was typed, and infinity`() throws {
    let weights = try DistillationWeight.list("0, 0.03,1e2,inf")
    #expect(weights.map(\.text) == ["0", "0.03", "1e2", "inf"])
    #expect(weights.map(\.value) == [0, 0.03, 100, .infinity])
  }

  @Test(arguments: ["", "1,0", "1,1", "-1", "nan", "0,,1", "one"])
  func `What is no ascending list of weights is refused`(text: String) {
    #expect(throws: Failure.self) { try DistillationWeight.list(text) }
  }
}
