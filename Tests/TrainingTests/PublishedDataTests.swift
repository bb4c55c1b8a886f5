import Basics
import CLIPModel
import Datasets
import PromptLearning
import StandardPlugins
import TestSupport
import Testing
import Training

/// Runs on published data in small.
@Suite struct PublishedDataTests {
  private func run(_ name: String, _ root: String, seed: UInt64 = 1) throws -> Run {
    let tasks = TaskRegistry(TaskRegistry.standard.sources, root: root)
    return try Run(
      task: try tasks.task(named: "dassl:\(name)"), backbone: try Backbone(named: "embedded:student"),
      structure: CoOp { $0.contextLength = 2 }, supervision: Supervision(HardLabel()), shots: .perClass(2), seed: seed,
      recipe: RecipeChoice(batchSize: 4, epochs: 2), validateEvery: 1, tasks: tasks)
  }

  @Test(arguments: DasslFolder.names.filter { !DasslFolder.tested.contains($0) })
  func aPromptIsLearnedOnEveryLayout(name: String) throws {
    let (data, folder) = (try DasslFolder([name]), try TemporaryFolder())
    let run = try run(name, data.path)
    let outcome = try run.train(in: folder.path)
    let count = run.task.classNames.count
    #expect(outcome.result.training.count == 2 * count)
    #expect(outcome.result.test.count == count * DasslFolder.test)
    // The best prompt is chosen by validation images, which ImageNet has none of.
    #expect(folder.exists("best.safetensors") == !name.hasPrefix("imagenet"))
  }

  @Test(arguments: DasslFolder.tested) func whatIsOnlyTestedOnTestsWhatWasLearned(name: String) throws {
    let data = try DasslFolder(["imagenet", name])
    let prompt = try run("imagenet", data.path).train().prompt
    let task = try TaskRegistry(TaskRegistry.standard.sources, root: data.path).task(named: "dassl:\(name)")
    let evaluation = try prompt.evaluate(on: task, backbone: try Backbone(named: "embedded:student"))
    #expect(evaluation.count == task.classNames.count * DasslFolder.test)
    let failure = #expect(throws: Failure.self) { try run(name, data.path).train() }
    #expect(failure?.kind == .usage && failure?.description.contains("only tested on") == true)
  }

  @Test func aCopyOfTheDataElsewhereIsTheSameRun() throws {
    let (here, there, folder) = (try DasslFolder(["dtd"]), try DasslFolder(["dtd"]), try TemporaryFolder())
    let outcome = try run("dtd", here.path).train(in: folder.path)
    #expect(try RunDirectory.record(in: folder.path).dataRoot == here.path)
    // Where the data were is remembered.
    #expect(try Run(in: folder.path, registry: .standard).task.root == here.path)
    let again = try run("dtd", there.path).train(in: folder.path)
    #expect(again.result == outcome.result)
    #expect(try RunDirectory.record(in: folder.path).dataRoot == there.path)
    #expect(try Run(in: folder.path, registry: .standard).configuration == run("dtd", here.path).configuration)
  }
}
