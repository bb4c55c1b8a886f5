import CLIPModel
import Foundation
import PromptLearning
import Testing
import Training

@Suite struct ScheduleAndOrderTests {
  @Test func ratesAreThePublishedOnes() {
    let schedule = LearningRateSchedule(base: 0.002, epochs: 5)
    for (epoch, rate) in [1e-5, 0.002, 0.00180902, 0.00130902, 0.00069098].enumerated() {
      #expect(abs(schedule.rate(epoch: epoch) - rate) < 5e-9, "epoch \(epoch)")
    }
    #expect(LearningRateSchedule(base: 0.002, epochs: 1).rate(epoch: 0) == 1e-5)
  }

  @Test func warmUpIsPartOfTheRecipe() {
    let none = LearningRateSchedule(base: 0.1, epochs: 4, warmupEpochs: 0)
    #expect(abs(none.rate(epoch: 0) - 0.1) < 1e-12 && abs(none.rate(epoch: 2) - 0.05) < 1e-12)
    let long = LearningRateSchedule(base: 0.1, epochs: 4, warmupEpochs: 2, warmupRate: 0.01)
    #expect((0..<3).map(long.rate) == [0.01, 0.01, 0.1])
  }

  @Test func aRecipeThatOnlyWarmsUpSaysSo() {
    func note(_ epochs: Int, warmup: Int) -> String? {
      var recipe = TrainingRecipe.published(learningRate: 0.002, batchSize: 4, epochs: epochs)
      recipe.warmupEpochs = warmup
      return recipe.warmupNote
    }
    #expect(note(2, warmup: 1) == nil && note(1, warmup: 0) == nil)
    #expect(
      note(1, warmup: 5)
        == "the only epoch is warm-up, at the rate 1e-05 instead of 0.002: next to nothing is learned; take more than 5 epochs, "
        + "or fewer epochs of warm-up")
    #expect(note(3, warmup: 3)?.hasPrefix("all 3 epochs are warm-up") == true)
  }

  @Test(arguments: [(10, 4, 2), (8, 4, 2), (3, 4, 1), (1, 1, 1), (7, 1, 7), (33, 32, 1)])
  func everyImageIsSeenAtMostOnceAnEpoch(_ count: Int, _ size: Int, _ steps: Int) {
    let order = BatchOrder(count: count, batchSize: size, task: "t", seed: 1)
    #expect(order.stepsPerEpoch == steps)
    #expect(order.batchSize == min(size, count))
    for epoch in 0..<5 {
      let batches = order.batches(epoch: epoch)
      #expect(batches.map(\.count) == Array(repeating: min(size, count), count: steps))
      let seen = batches.flatMap { $0 }
      #expect(Set(seen).count == seen.count)
      #expect(seen.allSatisfy { (0..<count).contains($0) })
    }
  }

  @Test func theImagesLeftOutChange() {
    let order = BatchOrder(count: 10, batchSize: 4, task: "t", seed: 1)
    let seen = (0..<20).reduce(into: Set<Int>()) { $0.formUnion(order.batches(epoch: $1).joined()) }
    #expect(seen.count == 10)
  }

  @Test func theOrderIsThatOfTaskSeedAndEpoch() {
    func batches(_ task: String, _ seed: UInt64, _ epoch: Int) -> [[Int]] {
      BatchOrder(count: 40, batchSize: 10, task: task, seed: seed).batches(epoch: epoch)
    }
    #expect(batches("t", 1, 3) == batches("t", 1, 3))
    #expect(batches("t", 1, 3) != batches("t", 1, 4))
    #expect(batches("t", 1, 3) != batches("t", 2, 3))
    #expect(batches("t", 1, 3) != batches("u", 1, 3))
  }

  @Test func aCardsRecipeIsRead() throws {
    let recipe = try TrainingRecipe(
      card: .init(optimizer: "adamw", learningRate: 0.005, batchSize: 16, epochs: 7))
    #expect(
      recipe
        == TrainingRecipe(optimizer: .adamw, learningRate: 0.005, batchSize: 16, epochs: 7))
    #expect(recipe.optimizerConfiguration == .promptAdamW)
    #expect(
      TrainingRecipe.published(learningRate: 1, batchSize: 1, epochs: 1).optimizerConfiguration
        == .sgd(momentum: 0.9, weightDecay: 5e-4))
    #expect(throws: (any Error).self) {
      try TrainingRecipe(card: .init(optimizer: "adam", learningRate: 1, batchSize: 1, epochs: 1))
    }
  }
}
