import CLIPModel
import Datasets
import StandardPlugins
import PromptLearning
import Synchronization
import Tensors
import Testing
import Training
import FeatureStore

/// Cross entropy with the labels, by a term that keeps a frozen model's logits of every batch.
private struct Listening: SupervisionTerm {
  struct Options: PluginOptions {
    static let all: [PluginOption<Options>] = []
  }
  static let name = "listening"
  static let summary = "keeps what it is told"
  static let paper: String? = nil
  static let request = FrozenModelRequest(backbone: "embedded:teacher")

  let options: Options
  let heard: Heard

  init(options: Options) { (self.options, heard) = (options, Heard()) }
  var frozenModels: [FrozenModelRequest] { [Self.request] }

  func loss(_ input: SupervisionInput) throws -> Variable {
    let prediction = try input[Self.request]
    heard.predictions.withLock { $0.append(prediction.logits.value) }
    return input.prediction.logits.softmaxCrossEntropy(labels: input.labels)
  }

  final class Heard: Sendable {
    let predictions = Mutex<[Tensor]>([])
  }
}

@Suite struct FrozenModelTests {
  /// Before the first step no more than 4,096 images are looked at, so that a million do not hold it up.
  @Test func accuracyIsThatOfAtMost4096Images() throws {
    let backbone = try Backbone(named: "embedded:student")
    let run = try Run(
      task: TaskRegistry.standard.task(named: "world:shapes@blurry"), backbone: backbone,
      structure: CoOp { $0.contextLength = 2 }, supervision: Supervision(Listening(options: .init())),
      shots: .perClass(350))
    let images = try run.trainingSet()
    #expect(images.count == 4200)
    let accuracy = try #require(try run.trainer(from: run.initialParameters()).frozenAccuracies()[Listening.request])
    let places = (0..<4096).map { $0 * images.count / 4096 }
    let expected = try run.task.evaluateZeroShot(
      on: Backbone(named: "embedded:teacher"), images: images.subset(places)
    ).accuracy
    // Of other batches last bits may differ, and with them the largest of two logits; the number of images does not.
    #expect(abs(accuracy - expected) < 3 / 4096)
    #expect((accuracy * 4096).rounded() == accuracy * 4096)
  }

  /// The last bits of an image's logits may depend on the other images of its batch, see ``MatrixProduct``.
  @Test func logitsAreThoseOfTheBatch() throws {
    let backbone = try Backbone(named: "embedded:student")
    let task = try TaskRegistry.standard.task(named: "world:shapes")
    let term = Listening(options: .init())
    let run = try Run(
      task: task, backbone: backbone, structure: TinyRun.coop(), supervision: Supervision(term), shots: .perClass(2))
    let trainer = try run.trainer(from: run.initialParameters())
    let batches = [[3, 17, 5, 5], [3, 17, 5, 5], [3, 0, 1], [3]]
    var state = trainer.initialState
    for batch in batches { _ = try trainer.step(&state, on: batch) }
    let heard = term.heard.predictions.withLock { $0 }
    #expect(heard.map(\.shape) == batches.map { [$0.count, 12] })

    let teacher = try Backbone(named: "embedded:teacher")
    let images = try FrozenResults().imageFeatures(of: task.trainingSet(.perClass(2), seed: 1), by: teacher).tensor()
    let context = try PromptContext(backbone: teacher, classNames: task.classNames, template: task.template)
    let texts = try FrozenResults().textFeatures(of: context.sequences(template: task.template), by: teacher)
    let all = teacher.model.logits(images: Variable(images), texts: Variable(texts)).value
    for (batch, logits) in zip(batches, heard) {
      for (row, image) in batch.enumerated() {
        let expected = all.rows(image..<image + 1).elements
        #expect(zip(logits.rows(row..<row + 1).elements, expected).allSatisfy { abs($0 - $1) < 1e-4 })
      }
    }
    #expect(heard[0].elements.map(\.bitPattern) == heard[1].elements.map(\.bitPattern))
    #expect(Set(heard[0].elements).count > 12, "images and classes are told apart")
  }
}
