import Foundation
import RPP
import Testing

/// A source of a user's own: the one of the article.
@Suite struct TaskSourceTests {
  private let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()

  @Test func theArticleShowsIt() throws {
    let article = tests.appendingPathComponent("../../Sources/RPP/RPP.docc/WriteDataSource.md").standardized
    let code = try String(contentsOf: tests.appendingPathComponent("FlatFolder.swift"), encoding: .utf8)
    #expect(try String(contentsOf: article, encoding: .utf8).contains("```swift\n\(code)```"))
  }

  @Test func aPromptIsLearnedFromIt() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("rpp-flat-\(UUID())").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for (label, name) in ["dark_square", "light_square"].enumerated() {
      for index in 0..<8 {
        try RGBImage(width: 40, height: 40, gray: UInt8(20 + label * 180 + index))
          .writePNG(to: "\(folder)/\(name)_\(index).png")
      }
    }
    let tasks = TaskRegistry.standard.adding([FlatFolder.self])
    let task = try tasks.task(named: "flat:\(folder)")
    #expect(task.classNames == ["dark square", "light square"])
    #expect(try task.testSet().count == 4)
    #expect(try task.trainingSet(.perClass(2), seed: 1).count == 4)
    #expect(tasks.resolved("flat:pets") == "flat:\(FileManager.default.currentDirectoryPath)/pets")

    let backbone = try Backbone(named: "embedded:student")
    let registry = PluginRegistry.standard
    let run = try PreparedRun(
      RunConfiguration(
        task: task.name, classNames: task.classNames, classes: .all, shots: 4, seed: 1, backbone: backbone.name,
        backboneChecksum: backbone.checksum, structure: "coop:contextLength=2", supervision: "hard-label",
        recipe: TrainingRecipe(name: "test", optimizer: .adamw, learningRate: 0.01, batchSize: 8, epochs: 30),
        validateEvery: 0),
      registry: registry, tasks: tasks)
    let trainer = try run.trainer()
    let before = try run.evaluateOnTrainingSet(trainer.initialState().parameters)
    let after = try run.evaluateOnTrainingSet(trainer.run().parameters)
    #expect(after.count == 8 && after.crossEntropy < before.crossEntropy)
    // Without the source in it, a registry says which there are.
    let failure = #expect(throws: Failure.self) { try PreparedRun(run.configuration, registry: registry) }
    #expect(failure?.description.contains("folder:PATH") == true)
  }
}
