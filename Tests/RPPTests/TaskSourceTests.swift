import StandardPlugins
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
    let folderOfRun = "\(folder)-run"
    defer { try? FileManager.default.removeItem(atPath: folderOfRun) }
    let run = try Run(
      task: task, backbone: backbone, structure: CoOp { $0.contextLength = 2 }, supervision: Supervision(HardLabel()),
      shots: .perClass(4), recipe: RecipeChoice(batchSize: 8, epochs: 30), validateEvery: 0, tasks: tasks)
    let before = try run.trainer(from: run.initialParameters()).terms(at: run.initialParameters())
    let outcome = try run.train(in: folderOfRun)
    #expect(outcome.result.training.count == 8)
    #expect(try #require(outcome.result.terms["hard-label"]) < #require(before["hard-label"]))
    // Without the source in it, a registry says which there are.
    let failure = #expect(throws: Failure.self) { try Run(in: folderOfRun, registry: .standard) }
    #expect(failure?.description.contains("folder:PATH") == true)
    #expect(try Run(in: folderOfRun, registry: .standard, tasks: tasks).configuration == run.configuration)
  }
}
