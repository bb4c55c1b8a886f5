import Basics
import Datasets
import Foundation
import Testing

/// Where the archive of real JPEGs is.
private enum Shared {
  static let archive = folder + "/cifar10-jpeg-subset.tar"
  static let isThere = FileManager.default.fileExists(atPath: archive)

  private static var folder: String {
    if let path = ProcessInfo.processInfo.environment["RPP_DATA_DIR"], !path.isEmpty { return path }
    var package = URL(fileURLWithPath: #filePath)
    for _ in 0..<3 { package.deleteLastPathComponent() }
    return package.deletingLastPathComponent().appendingPathComponent("shared/data").path
  }
}

@Suite(.enabled(if: Shared.isThere, "needs cifar10-jpeg-subset.tar in ../shared/data or RPP_DATA_DIR"))
struct UserFilesFolderTests {
  @Test func fourThousandRealImages() throws {
    let unpacked = try ImageFolder([:])
    let tar = Process()
    tar.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    tar.arguments = ["tar", "-xf", Shared.archive, "-C", unpacked.path]
    try tar.run()
    tar.waitUntilExit()
    try #require(tar.terminationStatus == 0)

    let task = try TaskRegistry.standard.task(named: "folder:\(unpacked.path)/cifar10")
    #expect(
      task.classNames
        == ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"])
    #expect(task.notes.isEmpty)
    let (training, test) = try (task.trainingSet(.all, seed: 0), task.testSet())
    #expect(task.classNames.indices.allSatisfy { label in training.labels.count { $0 == label } == 300 })
    #expect(task.classNames.indices.allSatisfy { label in test.labels.count { $0 == label } == 100 })
    #expect(try task.trainingSet(.perClass(16), seed: 1).count == 160)

    for set in [training, test] {
      _ = try Parallel.map(set.count) { index in
        let image = try set.image(at: index)
        #expect(image.width == 32 && image.height == 32)
        #expect(Set(image.pixels).count > 3, "\(set.name(at: index)) is an image of more than one colour")
      }
    }
  }
}
