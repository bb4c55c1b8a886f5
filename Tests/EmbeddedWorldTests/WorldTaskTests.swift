import Basics
import EmbeddedWorld
import Testing

@Suite struct WorldTaskTests {
  private static func task(_ name: String) throws -> WorldTask { try WorldTask(named: name) }

  @Test func everyTaskIsFoundByItsName() throws {
    #expect(Set(WorldTask.all.map(\.name)).count == WorldTask.all.count)
    for task in WorldTask.all {
      let found = try Self.task(task.name)
      #expect(found.name == task.name)
      #expect(found.classNames == task.classNames)
    }
  }

  @Test(arguments: [
    ("world:shapes", 12), ("world:colors", 8), ("world:textures", 4), ("world:colored-shapes", 96),
    ("world:textured-shapes", 48), ("world:counting", 32), ("world:relations", 24), ("world:large", 768),
  ])
  func aTaskHasItsNumberOfDistinctClasses(name: String, count: Int) throws {
    let names = try Self.task(name).classNames
    #expect(names.count == count)
    #expect(Set(names).count == count)
  }

  @Test func classNamesComposeAndTemplatesFit() throws {
    #expect(try Self.task("world:shapes").classNames.first == "circle")
    #expect(try Self.task("world:colors").classNames.contains("red shape"))
    #expect(try Self.task("world:colored-shapes").classNames.contains("red star"))
    #expect(try Self.task("world:textured-shapes").classNames.contains("striped star"))
    #expect(try Self.task("world:large").classNames.contains("large red striped star"))
    #expect(try Self.task("world:counting").classNames.contains("one red shape"))
    #expect(try Self.task("world:counting").classNames.contains("three red shapes"))
    #expect(try Self.task("world:relations").classNames.contains("circle above a diamond"))
    let sketch = try Self.task("world:shapes@sketch")
    #expect(sketch.template == "a photo of a {}.")
    #expect(sketch.domainTemplate == "a sketch of a {}.")
    #expect(try Self.task("world:counting@faint").domainTemplate == "a faint photo of {}.")
    #expect(try Self.task("world:shapes").domainTemplate == "a photo of a {}.")
  }

  @Test func aSampleShowsWhatItsClassNameSays() {
    for task in WorldTask.all {
      for label in stride(from: 0, to: task.classNames.count, by: task.classNames.count > 100 ? 17 : 1) {
        for index in 0..<3 {
          let scene = task.scene(split: .train, seed: 4, label: label, index: index)
          #expect(scene.domain == task.domain)
          let first = scene.figures[0]
          var shown: Set = [first.shape.word, first.color.word, first.texture.word, "shape", "shapes", "a", "of"]
          shown.insert(["one", "two", "three", "four"][scene.figures.count - 1])
          if let size = scene.size { shown.insert(size.word) }
          if let relation = scene.relation {
            shown.formUnion(relation.phrase.split(separator: " ").map(String.init))
            shown.insert(scene.figures[1].shape.word)
            #expect(task.classNames[label].hasSuffix(scene.figures[1].shape.word))
            #expect(task.classNames[label].hasPrefix(first.shape.word))
          }
          #expect(task.classNames[label].split(separator: " ").map(String.init).allSatisfy(shown.contains))
        }
      }
    }
  }

  @Test(arguments: [
    "world:colored-shapes", "world:textured-shapes", "world:counting", "world:relations", "world:large",
  ])
  func eachHalfOfACombiningTaskHasEveryWord(name: String) throws {
    let names = try Self.task(name).classNames
    func words(_ names: some Sequence<String>) -> Set<Substring> { Set(names.flatMap { $0.split(separator: " ") }) }
    #expect(words(names.prefix(names.count / 2)) == words(names))
    #expect(words(names.suffix(names.count / 2)) == words(names))
  }

  @Test func splitsSeedsLabelsIndicesAndTasksDoNotShareStreams() throws {
    let task = try Self.task("world:shapes")
    let faint = try Self.task("world:shapes@faint")
    let one = task.sample(split: .train, seed: 1, label: 2, index: 3)
    #expect(one == task.sample(split: .train, seed: 1, label: 2, index: 3))
    #expect(one != task.sample(split: .validation, seed: 1, label: 2, index: 3))
    #expect(one != task.sample(split: .test, seed: 1, label: 2, index: 3))
    #expect(one != task.sample(split: .train, seed: 2, label: 2, index: 3))
    #expect(one != task.sample(split: .train, seed: 1, label: 1, index: 3))
    #expect(one != task.sample(split: .train, seed: 1, label: 2, index: 4))
    #expect(
      task.scene(split: .train, seed: 1, label: 2, index: 3).figures
        != faint.scene(split: .train, seed: 1, label: 2, index: 3).figures)
  }

  @Test func drawnSetsAreBalancedAndInOrder() throws {
    let task = try Self.task("world:colors@blurry")
    let (pixels, labels) = task.draw(split: .test, seed: 6, samplesPerClass: 5, labels: [6, 1, 3])
    #expect(labels == [6, 1, 3, 6, 1, 3, 6, 1, 3, 6, 1, 3, 6, 1, 3])
    #expect(pixels.count == 15 * Scene.byteCount)
    for (position, label) in labels.enumerated() {
      let alone = task.sample(split: .test, seed: 6, label: label, index: position / 3)
      #expect(Array(pixels[position * Scene.byteCount..<(position + 1) * Scene.byteCount]) == alone.pixels)
    }
    let all = task.draw(split: .train, seed: 6, samplesPerClass: 2).labels
    #expect(all == Array(0..<8) + Array(0..<8))
  }

  @Test func anUnknownTaskIsAUsageErrorThatHelps() {
    let unknown = #expect(throws: Failure.self) { try Self.task("world:shaps@sketch") }
    #expect(unknown?.kind == .usage)
    #expect(unknown?.description.contains("did you mean world:shapes?") == true)
    #expect(unknown?.description.contains("world:relations") == true)
    let domain = #expect(throws: Failure.self) { try Self.task("world:colors@inverted") }
    #expect(domain?.kind == .usage)
    #expect(
      domain?.description
        == "there is no task world:colors@inverted: world:colors exists as world:colors, world:colors@sketch, "
        + "world:colors@faint, world:colors@blurry, world:colors@occluded")
    for name in ["", "@", "shapes", "world:shapes@"] {
      #expect(throws: Failure.self) { try Self.task(name) }
    }
  }
}
