import Basics
import Datasets
import EmbeddedWorld
import Images
import Testing

@Suite struct ShotsTests {
  /// 30 images of each of the classes, whose gray values tell them apart.
  private let stored: StoredTask = {
    let labels = (0..<120).map { $0 % 4 }
    let images = ImageSet(labels: labels, name: { "image \($0)" }) { RGBImage(width: 2, height: 2, gray: UInt8($0)) }
    return StoredTask(name: "stored", classNames: ["a", "b", "c", "d"], training: images, test: images)
  }()

  private var tasks: [any ClassificationTask] {
    get throws { [stored, WorldClassification(try WorldTask(named: "world:shapes"))] }
  }

  @Test func soManyInAllAreDrawnFromTheSeed() throws {
    for task in try tasks {
      let set = try task.trainingSet(.inAll(40), seed: 1)
      #expect(set.count == 40 && Set(set.names).count == 40, "no image twice")
      #expect(try task.trainingSet(.inAll(40), seed: 1).names == set.names)
      #expect(try task.trainingSet(.inAll(40), seed: 2).names != set.names)
      #expect(try Set(task.trainingSet(.inAll(13), seed: 1).names).isSubset(of: set.names))
      let counts = task.classNames.indices.map { label in set.labels.count { $0 == label } }
      #expect(Set(counts).count > 1, "classes have not the same number: \(counts)")
    }
  }

  @Test func onlyImagesOfTheGivenClassesAreDrawn() throws {
    for task in try tasks {
      for shots in [Shots.inAll(20), .perClass(5)] {
        let set = try task.trainingSet(shots, labels: 2..<4, seed: 1)
        #expect(set.labels.allSatisfy((2..<4).contains) && Set(set.labels).count == 2)
        #expect(set.count == (shots == .perClass(5) ? 10 : 20))
      }
    }
    #expect(try stored.trainingSet(.all, labels: 1..<2, seed: 1).count == 30)
  }

  /// Uniform over the classes: 2,000 draws give each of 12 about 167, with a standard deviation of 12.4.
  @Test func theWorldsImagesAreIndependent() throws {
    let task = WorldClassification(try WorldTask(named: "world:shapes"))
    let set = try task.trainingSet(.inAll(2000), seed: 3)
    let counts = task.classNames.indices.map { label in set.labels.count { $0 == label } }
    #expect(counts.allSatisfy { abs($0 - 167) < 62 }, "\(counts)")
    #expect(Set(try (0..<50).map { try set.image(at: $0).pixels }).count == 50)
  }

  @Test func whatThereIsNotIsNamed() throws {
    #expect(throws: Failure("stored has 120 images for training, and 121 are wanted")) {
      try stored.trainingSet(.inAll(121), seed: 1)
    }
    #expect(
      throws: Failure("stored: class b has 30 images for training, and 31 are wanted; take at most 30 shots, or all")
    ) {
      try stored.trainingSet(.perClass(31), labels: 1..<2, seed: 1)
    }
    for task in try tasks {
      for shots in [Shots.inAll(0), .perClass(-1)] {
        let failure = #expect(throws: Failure.self) { try task.trainingSet(shots, seed: 1) }
        #expect(failure?.kind == .usage)
      }
    }
    let endless = #expect(throws: Failure.self) { try tasks[1].trainingSet(.all, seed: 1) }
    #expect(endless?.description.contains("no end of training images") == true)
  }
}
