import Basics
import CLIPModel
import Datasets
import Foundation
import Images
import PromptLearning
import StandardPlugins
import Synchronization
import Tensors
import TestSupport
import Testing
import Training

/// The labels' cross entropy and nothing of the frozen models, by a term that keeps what it is told.
private struct Watching: SupervisionTerm {
  struct Options: PluginOptions {
    static let all: [PluginOption<Options>] = []
  }
  static let name = "watching"
  static let summary = "keeps what it is told"
  static let paper: String? = nil
  static let own = FrozenModelRequest()
  static let teacher = FrozenModelRequest(backbone: "embedded:teacher")

  let options: Options
  let told: Told

  init(options: Options) { (self.options, told) = (options, Told()) }
  var frozenModels: [FrozenModelRequest] { [Self.own, Self.teacher] }

  func loss(_ input: SupervisionInput) throws -> Variable {
    let values = [
      input.prediction.imageFeatures.value, try input[Self.own].imageFeatures.value,
      try input[Self.teacher].imageFeatures.value, input.prediction.logits.value,
    ]
    told.batches.withLock { $0.append(values) }
    return input.prediction.logits.softmaxCrossEntropy(labels: input.labels)
  }

  final class Told: Sendable {
    let batches = Mutex<[[Tensor]]>([])
  }
}

@Suite struct AugmentedTrainingTests {
  private static func configuration(_ augmentation: Augmentation, rate: Double = 0.1) -> RunConfiguration {
    var configuration = TinyRun.configuration(rate: rate)
    configuration.augmentation = augmentation
    return configuration
  }

  @Test(arguments: [Augmentation.cropFlip, .randAugment])
  func aRunStoppedBeforeAnyStepEndsTheSame(_ augmentation: Augmentation) throws {
    let configuration = Self.configuration(augmentation)
    let undisturbed = try TemporaryFolder()
    try TinyRun.run(in: undisturbed, configuration)
    for step in 0..<6 {
      let stopped = try TemporaryFolder()
      try TinyRun.run(in: stopped, configuration, untilStep: step)
      try TinyRun.run(in: stopped, configuration)
      for file in ["final.safetensors", "best.safetensors", "metrics.jsonl"] {
        #expect(try stopped.bytes(file) == undisturbed.bytes(file), "\(file), step \(step)")
      }
    }
    let plain = try TemporaryFolder()
    try TinyRun.run(in: plain)
    #expect(try plain.bytes("final.safetensors") != undisturbed.bytes("final.safetensors"))
  }

  /// A structure that is given features and one that is given pixels see the same changed images.
  @Test func featuresAndPixelsOfChangedImagesTeachTheSame() throws {
    let configuration = Self.configuration(.cropFlip, rate: 0.05)
    let features = try TinyRun.trainer(configuration).run()
    let pixels = try TinyRun.trainer(configuration, structure: SeenCoOp(options: TinyRun.options())).run()
    let plain = try TinyRun.trainer(Self.configuration(.none, rate: 0.05)).run()
    let (a, b, c) = (try #require(features["context"]), try #require(pixels["context"]), try #require(plain["context"]))
    #expect(zip(a.elements, b.elements).allSatisfy { abs($0 - $1) < 1e-4 })
    #expect(zip(a.elements, c.elements).contains { abs($0 - $1) > 1e-3 })
  }

  /// The prompted model, its own frozen one and a teacher with another preprocessing see the same change of each image.
  @Test(arguments: [false, true])
  func frozenModelsSeeTheChangedImages(_ promptsImages: Bool) throws {
    let backbone = try Backbone(named: "embedded:student")
    let teacher = try Backbone(named: "embedded:teacher")
    let task = try TaskRegistry.standard.task(named: "world:shapes")
    let term = Watching(options: .init())
    let structure: any PromptStructure = promptsImages ? VPT() : TinyRun.coop()
    let run = try Run(
      task: task, backbone: backbone, structure: structure, supervision: Supervision(term), shots: .perClass(2),
      seed: 3, recipe: RecipeChoice(augmentation: .cropFlip))
    let trainer = try run.trainer(from: run.initialParameters())
    let set = try run.trainingSet()
    var state = trainer.initialState
    let batch = [3, 17, 5]
    let loss = try trainer.step(&state, on: batch)
    state.epoch = 4
    try trainer.step(&state, on: batch)
    let told = term.told.batches.withLock { $0 }
    #expect(told.count == 2)
    for (epoch, values) in zip([0, 4], told) {
      func features(_ backbone: Backbone) throws -> Tensor {
        let images = try batch.map { index in
          Augmentation.cropFlip(
            try set.image(at: index), side: backbone.preprocessing.size,
            from: RandomStream(purpose: "augmentation", task: "world:shapes", seed: 3).substream(epoch).substream(index)
          )
        }
        let pixels = backbone.preprocessing.tensor(pixels: images.flatMap(\.pixels))
        return backbone.model.imageFeatures(pixels).rowsNormalized().value
      }
      #expect(try values[1] == features(backbone), "epoch \(epoch)")
      #expect(try values[2] == features(teacher), "epoch \(epoch)")
      #expect((values[0] == values[1]) == !promptsImages)
    }
    #expect(told[0][1] != told[1][1], "another epoch, another change")
    let plain = try Variable(run.frozen.imageFeatures(of: set, by: backbone).tensor()).gatheringRows(batch).value
    #expect(told[0][1] != plain)
    let expected = Variable(told[0][3]).softmaxCrossEntropy(labels: batch.map { set.labels[$0] })
    #expect(loss.sum.value.scalar == expected.value.scalar)

    // What is only looked at is seen as it is.
    _ = try trainer.terms(at: run.initialParameters())
    let looked = try #require(term.told.batches.withLock { $0 }.last)
    let all = try run.frozen.imageFeatures(of: set, by: backbone).tensor()
    #expect(looked[1] == all.rows(0..<looked[1].rows))
  }

  @Test func learningOnChangedImagesLowersTheLoss() throws {
    var configuration = TinyRun.configuration(optimizer: .adamw, rate: 0.02, epochs: 30, validateEvery: 0)
    configuration.augmentation = .cropFlip
    let trainer = try TinyRun.trainer(configuration)
    let before = try trainer.terms(at: trainer.initialState.parameters)
    let after = try trainer.terms(at: try trainer.run())
    #expect(after["hard-label"]! < before["hard-label"]! - 0.05)
  }
}
