import Basics
import Datasets
import Foundation
import Testing

@Suite struct StoredTaskFolderTests {
  private static let divided = ["train/cat": 6, "train/king_snake": 5, "test/cat": 2, "test/king_snake": 3]

  @Test func aDirectoryWithTrainAndTest() throws {
    let folder = try ImageFolder(Self.divided)
    let task = try StoredTask(folder: folder.path)
    #expect(task.name == "folder:\(folder.path)")
    #expect(task.classNames == ["cat", "king snake"])
    #expect(task.template == "a photo of a {}." && task.domainTemplate == nil)
    #expect(task.notes.isEmpty)
    let training = try task.trainingSet(.all, seed: 1)
    #expect(training.labels == [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1])
    #expect(
      task.testSet().names.map(folder.relative) == [
        "test/cat/0.png", "test/cat/1.png", "test/king_snake/0.png", "test/king_snake/1.png", "test/king_snake/2.png",
      ])
    #expect(try task.testSet().image(at: 4) == ImageFolder.image(2))
    #expect(task.validationSet(seed: 1) == nil)
  }

  @Test func validationIsItsOwnFolder() throws {
    let folder = try ImageFolder(Self.divided.merging(["val/cat": 1, "val/king_snake": 2]) { one, _ in one })
    let task = try StoredTask(folder: folder.path)
    let validation = try #require(task.validationSet(seed: 1))
    #expect(
      validation.names.map(folder.relative) == ["val/cat/0.png", "val/king_snake/0.png", "val/king_snake/1.png"])
    #expect(task.testSet().count == 5)
    #expect(task.notes.isEmpty)
  }

  @Test func validationIsTestedOnWithoutATest() throws {
    let folder = try ImageFolder(["train/cat": 2, "train/dog": 2, "val/cat": 1, "val/dog": 1])
    let task = try StoredTask(folder: folder.path)
    #expect(task.testSet().names.map(folder.relative) == ["val/cat/0.png", "val/dog/0.png"])
    #expect(task.validationSet(seed: 1) == nil)
    #expect(task.notes.count == 1)
  }

  @Test func aDirectoryOfClassesIsDividedBySeed() throws {
    let folder = try ImageFolder(["cat": 9, "dog": 2, "train": 4])
    let task = try StoredTask(folder: folder.path)
    #expect(task.classNames == ["cat", "dog", "train"])
    let training = try task.trainingSet(.all, seed: 1)
    let test = task.testSet()
    #expect(Set(training.names).isDisjoint(with: test.names))
    #expect(training.count + test.count == 15)
    #expect((0..<3).map { label in test.labels.count { $0 == label } } == [5, 1, 2])
    #expect(task.notes.count == 1)
    #expect(try StoredTask(folder: folder.path).testSet().names == test.names)
    #expect(try StoredTask(folder: folder.path, splitSeed: 1).testSet().names != test.names)
    for (share, counts) in [(0.01, [1, 1, 1]), (0.99, [8, 1, 3])] {
      let labels = try StoredTask(folder: folder.path, testShare: share).testSet().labels
      #expect((0..<3).map { label in labels.count { $0 == label } } == counts)
    }
  }

  @Test func shotsAreDrawnFromTheSeed() throws {
    let folder = try ImageFolder(["train/cat": 30, "train/dog": 30, "test/cat": 1, "test/dog": 1])
    let task = try StoredTask(folder: folder.path)
    let four = try task.trainingSet(.perClass(4), seed: 1)
    #expect(four.labels == [0, 0, 0, 0, 1, 1, 1, 1])
    #expect(Set(four.names).count == 8)
    #expect(try task.trainingSet(.perClass(4), seed: 1).names == four.names)
    #expect(try task.trainingSet(.perClass(4), seed: 2).names != four.names)
    #expect(try Set(task.trainingSet(.perClass(2), seed: 1).names).isSubset(of: four.names))
    #expect(try Set(task.trainingSet(.perClass(30), seed: 1).names).count == 60)
    let drawn = four.names.map { $0.split(separator: "/").last }
    #expect(Array(drawn[..<4]) != Array(drawn[4...]), "classes are drawn independently of each other")
  }

  @Test func whereTheDirectoryIsDecidesNothing() throws {
    let here = try ImageFolder(["cat": 20, "dog": 20], named: "here")
    let there = try ImageFolder(["cat": 20, "dog": 20], named: "there")
    let (one, other) = try (StoredTask(folder: here.path + "/"), StoredTask(folder: there.path))
    #expect(one.testSet().names.map(here.relative) == other.testSet().names.map(there.relative))
    #expect(
      try one.trainingSet(.perClass(3), seed: 5).names.map(here.relative)
        == other.trainingSet(.perClass(3), seed: 5).names.map(there.relative))
  }

  @Test func onlyImagesCount() throws {
    let folder = try ImageFolder(["train/cat": 2, "train/dog": 1, "test/cat": 1, "test/dog": 1, "train/.cache": 3])
    let image = try ImageFolder.image(200).pngData()
    for name in ["A.PNG", "b.Jpeg", "c.JPG", "d.webp"] {
      try image.write(to: URL(fileURLWithPath: "\(folder.path)/train/cat/\(name)"))
    }
    for name in ["train/cat/.hidden.png", "train/cat/notes.txt", "train/cat/e.gif", "train/list.csv"] {
      try folder.write("x", to: name)
    }
    let task = try StoredTask(folder: folder.path)
    let cats = try task.trainingSet(.all, seed: 1).restricted(to: 0..<1)
    #expect(
      cats.names.map(folder.relative)
        == ["0.png", "1.png", "A.PNG", "b.Jpeg", "c.JPG", "d.webp"].map { "train/cat/\($0)" })
    #expect(task.notes.count == 1)
    #expect(task.notes[0].contains("3 (") && task.notes[0].contains("list.csv"))
  }

  @Test func aBrokenImageIsNamed() throws {
    let folder = try ImageFolder(["train/cat": 2, "train/dog": 2, "test/cat": 1, "test/dog": 1])
    let whole = try ImageFolder.image(0).pngData()
    let path = "\(folder.path)/train/dog/1.png"
    for bytes in [whole.prefix(whole.count / 2), Data("no image".utf8), Data()] {
      try bytes.write(to: URL(fileURLWithPath: path))
      let set = try StoredTask(folder: folder.path).trainingSet(.all, seed: 1)
      #expect(throws: Never.self) { try set.image(at: 2) }
      let failure = #expect(throws: Failure.self) { try set.image(at: 3) }
      #expect(failure?.description.components(separatedBy: path).count == 2)
      #expect(failure?.kind == .failure)
    }
  }

  private struct Mistake: CustomTestStringConvertible {
    let testDescription: String
    let counts: [String: Int]
    let words: [String]
  }

  private static let mistakes = [
    Mistake(testDescription: "no class folders", counts: [:], words: ["has no class folders", "CLASS"]),
    Mistake(testDescription: "one folder", counts: ["cifar10/cat": 1], words: ["cifar10 only", "two classes"]),
    Mistake(testDescription: "an empty class folder", counts: ["cat": 2, "dog": 0], words: ["/dog has no images"]),
    Mistake(testDescription: "one image", counts: ["cat": 2, "dog": 1], words: ["/dog has 1 image"]),
    Mistake(
      testDescription: "nothing to test on", counts: ["train/cat": 2, "train/dog": 2],
      words: ["neither", "/test", "/val"]),
    Mistake(
      testDescription: "other classes in test",
      counts: ["train/cat": 1, "train/dog": 1, "test/cat": 1, "test/cow": 1, "test/emu": 1],
      words: ["/train has dog", "/test has cow, emu"]),
    Mistake(
      testDescription: "other classes in val",
      counts: ["train/cat": 1, "train/dog": 1, "test/cat": 1, "test/dog": 1, "val/cat": 1, "val/cow": 1],
      words: ["/train has dog", "/val has cow"]),
    Mistake(
      testDescription: "the same name twice", counts: ["king snake": 2, "king_snake": 2],
      words: ["\"king snake\"", "\"king_snake\"", "same class name"]),
    Mistake(
      testDescription: "the same name in small letters", counts: ["Crane": 2, "crane": 2], words: ["same class name"]),
    Mistake(testDescription: "no name", counts: ["_": 2, "cat": 2], words: ["\"_\"", "no class name"]),
  ]

  @Test(arguments: mistakes)
  private func mistakesAreNamed(mistake: Mistake) throws {
    let folder = try ImageFolder(mistake.counts)
    let failure = #expect(throws: Failure.self) { try StoredTask(folder: folder.path) }
    let text = try #require(failure).description
    #expect(text.contains(folder.path) && !text.contains("\n"))
    for word in mistake.words { #expect(text.contains(word), "\(text)") }
  }

  @Test func aMissingDirectoryOrAFileIsNamed() throws {
    let folder = try ImageFolder([:])
    try folder.write("x", to: "file")
    for name in ["nowhere", "file"] {
      let failure = #expect(throws: Failure.self) { try StoredTask(folder: "\(folder.path)/\(name)") }
      #expect(failure?.description.contains("\(folder.path)/\(name)") == true)
    }
  }

  @Test func aNameThatIsNotUTF8IsAnError() throws {
    let folder = try ImageFolder(["cat": 2, "dog": 2])
    let bytes = Array("\(folder.path)/".utf8) + [0xFF, 0]
    #expect(
      bytes.withUnsafeBufferPointer { $0.withMemoryRebound(to: CChar.self) { mkdir($0.baseAddress!, 0o755) } } == 0)
    let failure = #expect(throws: Failure.self) { try StoredTask(folder: folder.path) }
    #expect(failure?.description.contains("not UTF-8") == true)
  }

  @Test func moreShotsThanImages() throws {
    let folder = try ImageFolder(["train/cat": 6, "train/king_snake": 3, "test/cat": 1, "test/king_snake": 1])
    let task = try StoredTask(folder: folder.path)
    let failure = #expect(throws: Failure.self) { try task.trainingSet(.perClass(4), seed: 1) }
    let text = try #require(failure).description
    #expect(text.contains("king snake has 3 images") && text.contains("4 are wanted"))
    let usage = #expect(throws: Failure.self) { try task.trainingSet(.perClass(0), seed: 1) }
    #expect(usage?.kind == .usage)
  }
}
