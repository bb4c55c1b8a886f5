import Basics
import Datasets
import EmbeddedWorld
import Testing

@Suite struct WorldClassificationTests {
  private func task(_ name: String) throws -> WorldClassification {
    WorldClassification(try WorldTask(named: name))
  }

  @Test func templatesKnowTheDomain() throws {
    let sketch = try task("world:shapes@sketch")
    #expect(sketch.template == "a photo of a {}.")
    #expect(sketch.domainTemplate == "a sketch of a {}.")
    #expect(try task("world:shapes").domainTemplate == nil)
  }

  @Test func shotsAreDrawnFromTheSeed() throws {
    let task = try task("world:shapes@sketch")
    let set = try task.trainingSet(.perClass(2), seed: 3)
    #expect(set.labels == task.classNames.indices.flatMap { [$0, $0] })
    #expect(
      try set.image(at: 5) == WorldTask(named: task.name).sample(split: .train, seed: 3, label: 2, index: 1))
    #expect(set.names[5].contains("world:shapes@sketch") && set.names[5].contains(task.classNames[2]))
    let more = try task.trainingSet(.perClass(4), seed: 3)
    #expect(try more.image(at: 9) == set.image(at: 5), "fewer shots are among more")
    #expect(try task.trainingSet(.perClass(2), seed: 4).image(at: 5) != set.image(at: 5))
  }

  @Test func theSplitsShareNoImage() throws {
    let task = try task("world:colors")
    let validation = try #require(task.validationSet(seed: 0)).image(at: 0)
    let images = try [task.trainingSet(.perClass(1), seed: 0).image(at: 0), validation, task.testSet().image(at: 0)]
    #expect(Set(images.map(\.pixels)).count == 3)
    #expect(try task.testSet().image(at: 7) == task.testSet().image(at: 7))
    #expect(try #require(task.validationSet(seed: 1)).image(at: 0) != validation)
  }

  @Test func everyTaskIsTestedOnEnoughImages() {
    for task in WorldTask.all.map(WorldClassification.init) {
      let test = task.testSet()
      let perClass = test.count / task.classNames.count
      #expect(test.count == perClass * task.classNames.count && perClass >= 5, "\(task.name)")
      #expect(test.count >= 480 && (test.count <= 1000 || perClass == 5), "\(task.name): \(test.count)")
      #expect(task.validationSet(seed: 1)?.labels == test.labels)
    }
  }
}
