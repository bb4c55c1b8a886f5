import Basics
import Statistics
import Testing

struct SeedsToDecideTests {
  @Test func byTheTableOfStudentsT() throws {
    // Mean and standard deviation 1: with 6 seeds 2.571 / √6 = 1.05, with 7 seeds 2.447 / √7 = 0.92.
    #expect(try SeedsToDecide.estimate(differences: [0, 1, 2]) == .more(4))
    #expect(try SeedsToDecide.estimate(differences: [0, -1, -2]) == .more(4))
    #expect(try SeedsToDecide.estimate(differences: [0, 1, 2], limit: 4) == .more(4))
    #expect(try SeedsToDecide.estimate(differences: [0, 1, 2], limit: 3) == .moreThan(3))
    #expect(try SeedsToDecide.estimate(differences: [0.9, 1, 1.1]) == .more(0))
    #expect(try SeedsToDecide.estimate(differences: [-1, 0, 1]) == nil)
  }

  @Test func imagesCanKeepItFromBeingDecided() throws {
    // 1.96 · √0.25 = 0.98 < 1 < 1.96 · √0.27 = 1.02.
    let little = try SeedsToDecide.estimate(differences: [0, 1, 2], imageVariance: 0.1)
    guard case .more(let more) = little else {
      Issue.record("\(String(describing: little))")
      return
    }
    #expect(more > 4)
    #expect(try SeedsToDecide.estimate(differences: [0, 1, 2], imageVariance: 0.27) == .notBySeeds)
    #expect(try SeedsToDecide.estimate(differences: [0, 1, 2], imageVariance: 0.26, limit: 20) == .moreThan(20))
  }

  @Test func aCrossedEstimateBringsItsImages() throws {
    var stream = RandomStream(name: "seeds to decide")
    let tables = try CrossedWorld(seeds: 4, seedEffect: 0.1, methodEffect: 0.3).draw(&stream)
    let estimate = try CrossedBootstrap(stream: stream, replicates: 100).difference(
      of: [tables[0][0]], minus: [tables[1][0]])
    let differences = zip(tables[0][0].accuracies, tables[1][0].accuracies).map { $0 - $1 }
    let answer = try SeedsToDecide.estimate(estimate)
    #expect(answer != nil && estimate.imageVariance > 0)
    #expect(
      try SeedsToDecide.estimate(differences: differences, imageVariance: estimate.imageVariance) == answer)
    let single = try CrossedBootstrap(stream: stream, replicates: 100).accuracy(
      of: [Correctness([[true, false]])])
    #expect(throws: Failure("seeds to decide: with one seed nothing is known of how seeds differ")) {
      try SeedsToDecide.estimate(single)
    }
  }

  @Test func whatIsNoVarianceIsRefused() {
    #expect(throws: Failure("seeds to decide: -1.0 is not a variance")) {
      try SeedsToDecide.estimate(differences: [0, 1], imageVariance: -1)
    }
    #expect(throws: Failure("seeds to decide: 1 values, where at least 2 are needed")) {
      try SeedsToDecide.estimate(differences: [1])
    }
  }
}
