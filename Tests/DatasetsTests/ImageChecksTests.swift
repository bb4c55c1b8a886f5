import Basics
import Datasets
import Foundation
import Synchronization
import Testing

/// Broken images are left out, and files that were looked at are known.
@Suite struct ImageChecksTests {
  private final class Lines: Sendable {
    private let lines = Mutex<[String]>([])
    var all: [String] { lines.withLock { $0 } }
    func add(_ line: String) { lines.withLock { $0.append(line) } }
  }

  private func task(_ folder: ImageFolder, _ checks: ImageChecks?) throws -> any ClassificationTask {
    var registry = TaskRegistry.standard
    registry.checks = checks
    return try registry.task(named: "folder:\(folder.path)")
  }

  /// As if the files had been written long ago: what was written this moment could change once more within the clock's step.
  private func age(_ folder: ImageFolder, _ path: String) throws {
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: 1_000_000_000)], ofItemAtPath: "\(folder.path)/\(path)")
  }

  @Test func aBrokenImageIsLeftOutAndSaidOnce() throws {
    let folder = try ImageFolder(["train/cat": 3, "train/dog": 3, "test/cat": 2, "test/dog": 2])
    try folder.write("no image", to: "train/cat/1.png")
    for number in 0..<2 { try folder.write("", to: "test/dog/\(number).png") }
    let lines = Lines()
    let task = try task(folder, ImageChecks(folder: nil) { lines.add($0) })
    for _ in 0..<2 {
      let set = try task.trainingSet(.all, seed: 1)
      #expect(set.labels == [0, 0, 1, 1, 1] && !set.names.contains { $0.hasSuffix("cat/1.png") })
      for index in 0..<set.count { #expect(try set.image(at: index).width == 6) }
    }
    #expect(try task.testSet().count == 2)
    #expect(
      lines.all == [
        "folder:\(folder.path): 1 of 6 images cannot be read and are left out: "
          + "\(folder.path)/train/cat/1.png: not a JPEG, PNG or WebP image",
        "folder:\(folder.path): 2 of 4 images cannot be read and are left out (none is left of dog): "
          + "\(folder.path)/test/dog/0.png: an empty file, not an image, and 1 more",
      ])
    // Without checks it is there, and an error when it is read.
    let strict = try self.task(folder, nil).trainingSet(.all, seed: 1)
    #expect(strict.count == 6)
    #expect(throws: Failure.self) { try strict.image(at: 1) }
  }

  @Test func whereNothingIsLeftThereIsAnError() throws {
    let folder = try ImageFolder(["train/cat": 1, "train/dog": 1, "test/cat": 1, "test/dog": 1])
    for name in ["cat", "dog"] { try folder.write("no image", to: "test/\(name)/0.png") }
    let task = try task(folder, ImageChecks(folder: nil) { _ in })
    let failure = #expect(throws: Failure.self) { try task.testSet() }
    #expect(
      failure?.description.hasSuffix("not a JPEG, PNG or WebP image (and none of the 2 images can be read)") == true)
  }

  @Test func filesAreKnownBySizeAndTimeUnlessVerified() throws {
    let folder = try ImageFolder(["train/cat": 2, "train/dog": 2, "test/cat": 1, "test/dog": 1])
    let kept = "\(folder.path)-index"
    defer { try? FileManager.default.removeItem(atPath: kept) }
    // Two images as files of one size: what follows the end of a PNG is none of it.
    func bytes(_ gray: Int) throws -> Data {
      let png = try ImageFolder.image(gray).pngData()
      return png + Data(count: 200 - png.count)
    }
    let path = "train/cat/0.png"
    let url = URL(fileURLWithPath: "\(folder.path)/\(path)")
    try bytes(0).write(to: url)
    for name in ["cat/0", "cat/1", "dog/0", "dog/1"] { try age(folder, "train/\(name).png") }
    func hash(verifies: Bool = false) throws -> ContentHash {
      try task(folder, ImageChecks(folder: kept, verifies: verifies) { Issue.record("\($0)") })
        .trainingSet(.all, seed: 1).contentHash(at: 0)
    }
    let first = try hash()
    #expect(try hash() == first)
    // Other bytes of the same size at the same time pass for the same: that is what is known of a file.
    try bytes(1).write(to: url)
    try age(folder, path)
    #expect(try hash() == first)
    let second = try hash(verifies: true)
    #expect(second != first)
    // What was verified is known afterwards, and another time makes a file be read.
    #expect(try hash() == second)
    try bytes(0).write(to: url)
    #expect(try hash() == first)
  }

  @Test func aDamagedIndexIsAsGoodAsNone() throws {
    let folder = try ImageFolder(["train/cat": 2, "train/dog": 2, "test/cat": 1, "test/dog": 1])
    let kept = "\(folder.path)-index"
    defer { try? FileManager.default.removeItem(atPath: kept) }
    for name in ["cat/0", "cat/1", "dog/0", "dog/1"] { try age(folder, "train/\(name).png") }
    func labels() throws -> [Int] {
      try task(folder, ImageChecks(folder: kept) { Issue.record("\($0)") }).trainingSet(.all, seed: 1).labels
    }
    #expect(try labels() == [0, 0, 1, 1])
    let name = try #require(try Folder.names(in: kept).first { $0.hasSuffix(".index") })
    let correct = try Data(contentsOf: URL(fileURLWithPath: "\(kept)/\(name)"))
    var stream = RandomStream(purpose: "mutations", task: "index", seed: 1)
    for _ in 0..<200 {
      var bytes = correct
      let place = Int(stream.next() % UInt64(bytes.count))
      if stream.next() % 2 == 0 {
        bytes.removeSubrange(place...)
      } else {
        bytes[place] ^= UInt8(1 + stream.next() % 255)
      }
      try bytes.write(to: URL(fileURLWithPath: "\(kept)/\(name)"))
      #expect(try labels() == [0, 0, 1, 1])
      #expect(try Data(contentsOf: URL(fileURLWithPath: "\(kept)/\(name)")) == correct, "it is made again")
    }
    #expect(try ImageChecks.clear(kept) > 0 && !FileManager.default.fileExists(atPath: kept))
  }
}
