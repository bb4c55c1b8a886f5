import CLIPModel
import Datasets
import PromptLearning
import StandardPlugins
import TestSupport
import Testing
import Training

/// What a run tells of its test images, and a run that is not tested.
@Suite struct RunObserverTests {
  private func run() throws -> Run {
    try Run(
      task: TaskRegistry.standard.task(named: "world:shapes@sketch"), backbone: Backbone(named: "embedded:student"),
      structure: CoOp { $0.contextLength = 2 }, supervision: Supervision(HardLabel()), classes: .base,
      shots: .perClass(1),
      recipe: RecipeChoice(epochs: 2))
  }

  @Test func everyTestImageIsToldOnceInOrder() throws {
    let folder = try TemporaryFolder()
    let run = try run()
    func tested() throws -> (outcome: RunOutcome, images: [ClassSelection: [EvaluatedImage]]) {
      var images: [ClassSelection: [EvaluatedImage]] = [:]
      let outcome = try run.train(
        in: folder.path, observer: RunObserver(tested: { images[$0, default: []].append($1) }))
      return (outcome, images)
    }
    let (outcome, images) = try tested()
    #expect(Set(images.keys) == [.base, .new])
    for (classes, images) in images {
      var expected: [EvaluatedImage] = []
      let evaluation = try outcome.prompt.evaluate(on: run.task, classes, backbone: run.backbone) {
        expected.append($0)
      }
      #expect(images == expected && images.count == 240)
      #expect(outcome.result[classes]?.prompt == evaluation)
    }
    // A finished run's result is read.
    let again = try tested()
    #expect(again.images.isEmpty && again.outcome.result == outcome.result)
  }

  @Test func aRunThatIsOnlyLearnedIsTestedLater() throws {
    let (whole, parts) = (try TemporaryFolder(), try TemporaryFolder())
    let expected = try run().train(in: whole.path)
    let learned = try run().learn(in: parts.path)
    #expect(learned.parameters == expected.prompt.parameters)
    #expect(!parts.exists("result.json") && parts.exists("final.safetensors"))
    #expect(try run().learn(in: parts.path).parameters == learned.parameters, "it is read")
    #expect(try run().learn().parameters == learned.parameters, "without a folder")
    #expect(try run().train(in: parts.path).result == expected.result)
  }
}
