import Basics
import CLIPModel
import Datasets
import FeatureStore
import Foundation
import Optimization
import PromptLearning
import StandardPlugins
import Synchronization
import TestSupport
import Tensors
import Testing
import Training

/// Several ranks compute what one process does, to rounding, and the same as each other, bit for bit.
@Suite struct RanksTests {
  static let structures: [any PromptStructure] = [
    TinyRun.coop(), TinyRun.coop(classSpecific: true),
    CoCoOp {
      $0.words = "a b"; $0.initialization = .random; $0.contextLength = 2
    },
    VPT { $0.contextLength = 2 },
    MaPLe {
      $0.contextLength = 2; $0.initialization = .random
    },
    SAPL {
      $0.branches.textLength = 2; $0.branches.visionLength = 2; $0.branches.initialization = .random
    },
  ]

  private static func trainer(
    _ structure: any PromptStructure, sampled: Int? = nil, augmentation: Bool = false, supervision: Supervision? = nil
  ) throws -> Trainer {
    let context = try TinyRun.context()
    let initial = try TinyRun.initial(structure, context)
    let model = try PromptedCLIP(
      model: TinyRun.weights.model, structure: structure, context: context, parameters: initial)
    var configuration = TinyRun.configuration(rate: 0.05)
    configuration.sampledClasses = sampled
    if augmentation { configuration.augmentation = .cropFlip }
    return try Trainer(
      model, from: initial, supervision: supervision ?? Supervision(HardLabel()), configuration: configuration,
      training: TinyRun.images(10), validation: TinyRun.images(9, seed: 2), backbone: TinyRun.backbone())
  }

  private static func expectEqual(_ found: ParameterSet, _ wanted: ParameterSet, _ start: ParameterSet) {
    #expect(found.names == wanted.names)
    for name in wanted.names {
      let (a, b, c) = (found[name]!.elements, wanted[name]!.elements, start[name]!.elements)
      let moved = zip(b, c).map { abs($0 - $1) }.max()!
      let apart = zip(a, b).map { abs($0 - $1) }.max()!
      #expect(apart <= 2e-3 * moved + 1e-6, "\(name) moved by \(moved) and is \(apart) apart")
    }
  }

  @Test(arguments: structures) func agreeOverStructures(_ structure: any PromptStructure) throws {
    let alone = try Self.trainer(structure).run()
    let start = try Self.trainer(structure).initialState.parameters
    // Five ranks of four images and three classes: some have nothing to encode.
    for count in [2, 3, 5] {
      let together = try ThreadRanks.run(count) { try Self.trainer(structure).run() }
      for other in together { #expect(other == together[0]) }
      Self.expectEqual(together[0], alone, start)
    }
  }

  @Test func agreeWithSampledClasses() throws {
    let structure = TinyRun.coop()
    let alone = try Self.trainer(structure, sampled: 1).run()
    let together = try ThreadRanks.run(2) { try Self.trainer(structure, sampled: 1).run() }
    Self.expectEqual(together[0], alone, try Self.trainer(structure).initialState.parameters)
  }

  @Test(arguments: [structures[0], structures[3]]) func agreeWithAugmentation(_ structure: any PromptStructure) throws {
    let alone = try Self.trainer(structure, augmentation: true).run()
    let together = try ThreadRanks.run(3) { try Self.trainer(structure, augmentation: true).run() }
    Self.expectEqual(together[0], alone, try Self.trainer(structure).initialState.parameters)
  }

  /// What one rank left another number of ranks goes on with; only the first one writes.
  @Test func goOnWithAnyNumberOfRanks() throws {
    let folder = try TemporaryFolder()
    @Sendable func run() throws -> Run {
      try Run(
        task: TaskRegistry.standard.task(named: "world:shapes@blurry"), backbone: Backbone(named: "embedded:student"),
        structure: CoOp { $0.contextLength = 2 }, supervision: Supervision(HardLabel()), shots: .perClass(1),
        recipe: RecipeChoice(batchSize: 4, epochs: 6))
    }
    let path = "\(folder.path)/run"
    let steps = Mutex(0)
    #expect(throws: Trainer.Interrupted.self) {
      _ = try ThreadRanks.run(3) {
        try run().train(
          in: path,
          observer: RunObserver(shouldStop: {
            // The wish of one rank is enough.
            Ranks.rank == 2
              && steps.withLock { steps in
                steps += 1
                return steps > 5
              }
          }))
      }
    }
    let outcomes = try ThreadRanks.run(2) { try run().train(in: path) }
    #expect(outcomes[0].result == outcomes[1].result)
    #expect(outcomes[0].result.ranks == 2)
    let alone = try run().train()
    #expect(alone.result.ranks == 1)
    #expect(abs(alone.result.test.crossEntropy - outcomes[0].result.test.crossEntropy) < 1e-3)
    // Finished, it is read by any number of ranks.
    let again = try ThreadRanks.run(4) { try run().train(in: path) }
    for outcome in again { #expect(outcome.result == outcomes[0].result) }
  }

  @Test func sharesAndFlags() throws {
    #expect(Ranks.shares(of: 7) == [0..<7])
    let seen = try ThreadRanks.run(3) {
      (Ranks.shares(of: 7), Ranks.share(of: [1, 2, 3, 4, 5, 6, 7]), Ranks.anyIsTrue([Ranks.rank == 1, false]))
    }
    #expect(seen.map(\.0) == Array(repeating: [0..<2, 2..<4, 4..<7], count: 3))
    #expect(seen.map(\.1) == [[1, 2], [3, 4], [5, 6, 7]])
    #expect(seen.allSatisfy { $0.2 == [true, false] })
  }
}
