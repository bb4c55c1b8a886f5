import Basics
import Foundation
import PromptLearning
import Tensors
import Testing

struct ClassSampleTests {
  private func sample(_ labels: [Int], others: Int, of count: Int, _ index: Int = 0) -> ClassSample {
    var stream = RandomStream(purpose: "sampled-classes", task: "test", seed: 1).substream(index)
    return ClassSample(labels: labels, others: others, of: count, from: &stream)
  }

  @Test func theClassesOfTheImagesComeFirstAndNoneTwice() {
    for index in 0..<200 {
      let labels = [7, 3, 3, 11]
      let found = sample(labels, others: 5, of: 12, index)
      #expect(found.classes.count == 8)
      #expect(Array(found.classes[..<3]) == [3, 7, 11])
      #expect(Set(found.classes).count == 8)
      #expect(found.classes.allSatisfy { (0..<12).contains($0) })
      #expect(found.places(of: labels).map { found.classes[$0] } == labels)
      #expect(found.correction.elements[..<3] == [0, 0, 0])
      #expect(found.correction.elements[3...].allSatisfy { abs($0 - Float(log(9.0 / 5))) < 1e-6 })
    }
  }

  @Test func allOthersNeedNoCorrection() {
    for others in [9, 10, 1000] {
      let found = sample([4, 0, 2], others: others, of: 12)
      #expect(found.classes.sorted() == Array(0..<12))
      #expect(found.correction.elements.allSatisfy { $0 == 0 })
    }
  }

  /// Each of the other classes is as likely, and so is each pair of them.
  @Test func othersAreUniform() {
    let (count, draws) = (8, 20_000)
    var pairs: [[Int]: Int] = [:]
    for index in 0..<draws { pairs[Array(sample([2, 5], others: 2, of: count, index).classes[2...]), default: 0] += 1 }
    // 15 pairs of the 6 others.
    #expect(pairs.count == 15)
    let expected = Double(draws) / 15
    let chiSquared = pairs.values.reduce(0) { $0 + pow(Double($1) - expected, 2) / expected }
    // The 0.9999 quantile of χ² with 14 degrees of freedom.
    #expect(chiSquared < 42.6, "χ² \(chiSquared)")
  }

  /// The estimate of Σ exp(logit), in the mean over all samples that there can be: exactly that of all classes.
  @Test func thePartitionFunctionIsUnbiased() {
    let logits: [Float] = [0.3, -1, 2, 0.1, 1.4, -0.6, 0.9]
    let whole = logits.reduce(0.0) { $0 + exp(Double($1)) }
    var seen: [[Int]: Double] = [:]
    // 10 samples are possible: 3 of the 5 others.
    for index in 0..<2000 {
      let found = sample([1, 4], others: 3, of: logits.count, index)
      seen[found.classes] = zip(found.classes, found.correction.elements).reduce(0) {
        $0 + exp(Double(logits[$1.0] + $1.1))
      }
    }
    #expect(seen.count == 10)
    #expect(abs(seen.values.reduce(0, +) / 10 - whole) < 1e-5 * whole)
  }
}
