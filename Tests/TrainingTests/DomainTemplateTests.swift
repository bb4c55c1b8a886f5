import Basics
import CLIPModel
import Datasets
import PromptLearning
import StandardPlugins
import Testing
import Training

/// `template=domain`: the template of somebody who knows the style of the images.
@Suite struct DomainTemplateTests {
  @Test func itIsTheTasksOwn() throws {
    let backbone = try Backbone(named: "embedded:student")
    let task = try TaskRegistry.standard.task(named: "world:shapes@sketch")
    let template = try #require(task.domainTemplate)
    let domain = try task.evaluateZeroShot(on: backbone, .base, templates: PromptContext.domain)
    #expect(try domain == task.evaluateZeroShot(on: backbone, .base, templates: template))
    #expect(try domain != task.evaluateZeroShot(on: backbone, .base))
    // As a structure, and as a teacher of a run whose student it then beats.
    let structure = try PluginRegistry.standard.structure("zero-shot:template=domain")
    let run = try Run(
      task: task, backbone: backbone, structure: structure,
      supervision: try PluginRegistry.standard.supervision("hard-label+soft-label-kd:template=domain"),
      classes: .base, shots: .perClass(1))
    let result = try run.train().result
    #expect(result.test == domain)
    #expect(try #require(result.terms["soft-label-kd"]) < 1e-6, "the student is its own teacher")
  }

  @Test func aTaskWithoutAStyleHasNone() throws {
    let backbone = try Backbone(named: "embedded:student")
    let task = try TaskRegistry.standard.task(named: "world:shapes")
    let failure = try #require(throws: Failure.self) {
      try task.evaluateZeroShot(on: backbone, templates: PromptContext.domain)
    }
    #expect(failure.kind == .usage && failure.description.contains("no template for the style"))
  }
}
