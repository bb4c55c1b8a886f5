import Basics
import CLIPModel
import Datasets
import FeatureStore
import Foundation
import Images
import SafeTensors
import Synchronization
import TestSupport
import Tensors
import Testing

/// Stored features of a whole task.
@Suite struct FeatureFileTests {
  private static func backbone(seed: UInt64 = 3) throws -> Backbone {
    try Backbone(
      name: "random:tiny",
      weights: BackboneWeights(
        random: CLIPConfiguration(
          text: .init(width: 64, layers: 1, heads: 1), vision: .init(width: 64, layers: 1, heads: 1),
          embedDimension: 16, contextLength: 16, vocabularySize: 258, patchSize: 4, imageSize: 8,
          activation: .quickGELU), seed: seed),
      tokenizer: nil, preprocessing: ImagePreprocessing(size: 8))
  }

  private static func images(_ count: Int, seed: UInt8 = 1) -> ImageSet {
    ImageSet(labels: (0..<count).map { $0 % 3 }, name: { "images/\($0) ä.png" }) { index in
      var stream = RandomStream(name: "\(seed) \(index)")
      return RGBImage(width: 8, height: 8, pixels: (0..<192).map { _ in UInt8(stream.uniform(0, 255)) })
    }
  }

  private static func task(_ training: Int = 150, test: Int = 9) -> StoredTask {
    StoredTask(
      name: "tiny", classNames: ["cat", "dog", "bird"], domainTemplate: "a drawing of a {}.",
      training: images(training), test: images(test, seed: 2))
  }

  private static func make(_ path: String, _ dtype: DType = .float32) throws -> StoredTask {
    let (task, folder) = (task(), FeatureFolder(path))
    let training = try task.trainingSet(.all, seed: 1)
    try folder.keep(task, [(.train, training), (.test, task.testSet())])
    for (split, images) in [(FeatureFolder.Split.train, training), (.test, task.testSet())] {
      #expect(
        try FeatureFileWriter(images, of: split, in: folder, by: try backbone(), dtype: dtype).run() == images.count)
    }
    return try StoredTask(features: path)
  }

  @Test func areThoseOfTheImages() throws {
    let folder = try TemporaryFolder()
    let (stored, original) = (try Self.make("\(folder.path)/f"), Self.task())
    #expect(stored.classNames == original.classNames)
    #expect(stored.domainTemplate == original.domainTemplate)
    let (mine, theirs) = (
      try stored.trainingSet(.perClass(5), seed: 7), try original.trainingSet(.perClass(5), seed: 7)
    )
    #expect(mine.labels == theirs.labels)
    #expect(mine.names == theirs.names)
    let results = FrozenResults()
    let (a, b) = (
      try results.imageFeatures(of: mine, by: Self.backbone()),
      try results.imageFeatures(of: theirs, by: Self.backbone())
    )
    #expect(try a.tensor() == b.tensor())
    #expect(try a.rows([3, 0, 3]) == b.rows([3, 0, 3]))
    #expect(throws: Failure.self) { try mine.image(at: 0) }
    #expect(throws: Failure.self) { try mine.requireImages() }
  }

  @Test func halfPrecisionIsRounded() throws {
    let folder = try TemporaryFolder()
    let stored = try Self.make("\(folder.path)/f", .float16)
    let found = try FrozenResults().imageFeatures(of: stored.testSet(), by: Self.backbone()).tensor().elements
    let exact = try FrozenResults().imageFeatures(of: Self.task().testSet(), by: Self.backbone()).tensor().elements
    #expect(found == exact.map { Float(Float16($0)) })
  }

  /// Stopped, killed in the middle of a row, or run by two at once: no row that was whole is computed again.
  @Test func nothingIsComputedTwice() throws {
    let path = try TemporaryFolder()
    let folder = FeatureFolder("\(path.path)/f")
    let task = Self.task(400)
    let training = try task.trainingSet(.all, seed: 1)
    try folder.keep(task, [(.train, training), (.test, task.testSet())])
    let backbone = try Self.backbone()
    let counts = Mutex([Int](repeating: 0, count: 400))
    struct Killed: Error {}
    @Sendable func writer(failingAt last: Int? = nil) -> FeatureFileWriter {
      FeatureFileWriter(count: 400, of: .train, in: folder, by: backbone, dtype: .float32) { indices, body in
        for index in indices {
          if index == last { throw Killed() }
          counts.withLock { $0[index] += 1 }
          try body(index, (0..<16).map { Float(index) + Float($0) / 16 })
        }
      }
    }
    #expect(throws: Killed.self) { try writer(failingAt: 100).run() }
    var asked = 0
    #expect(
      try writer().run(shouldStop: {
        asked += 1
        return asked > 3
      }) == nil)
    #expect(!writer().isFinished)
    let both = Mutex<[Int?]>([])
    DispatchQueue.concurrentPerform(iterations: 2) { _ in
      let computed = try? writer().run()
      both.withLock { $0.append(computed ?? nil) }
    }
    #expect(both.withLock { $0.compactMap(\.self).count } == 2)
    #expect(counts.withLock { $0.allSatisfy { $0 == 1 } })
    #expect(writer().isFinished)
    let features = try FrozenResults().imageFeatures(
      of: StoredTask(features: folder.path).trainingSet(.all, seed: 1), by: backbone)
    for index in [0, 99, 100, 101, 399] {
      #expect(try features.rows([index]).elements == (0..<16).map { Float(index) + Float($0) / 16 })
    }
  }

  /// Every changed byte of the rows is found when the row is read, and is not found where it does not matter.
  @Test func damageIsFound() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/f"
    let stored = try Self.make(path)
    let backbone = try Self.backbone()
    let file = FeatureFolder(path).featurePath(.test, checksum: backbone.checksum)
    let whole = try Data(contentsOf: URL(fileURLWithPath: file))
    let info = try SafeTensorsFile(path: file)
    let start = whole.count - info.names.map { try! info.info($0).byteRange.count }.reduce(0, +)
    for offset in stride(from: start, to: whole.count, by: 37) {
      var damaged = whole
      damaged[offset] ^= 0x10
      try damaged.write(to: URL(fileURLWithPath: file))
      let error = #expect(throws: Failure.self) {
        try FrozenResults().imageFeatures(of: stored.testSet(), by: backbone).tensor()
      }
      #expect(error?.description.contains("is damaged") == true, "\(offset)")
    }
    // Cut, or the file of another backbone.
    try whole.dropLast(5).write(to: URL(fileURLWithPath: file))
    #expect(throws: Failure.self) { try FrozenResults().imageFeatures(of: stored.testSet(), by: backbone) }
    try whole.write(to: URL(fileURLWithPath: file))
    #expect(throws: Failure.self) {
      try FrozenResults().imageFeatures(of: stored.testSet(), by: Self.backbone(seed: 4))
    }
    _ = try FrozenResults().imageFeatures(of: stored.testSet(), by: backbone).tensor()
  }

  /// A file of another split, and images that changed behind their names, are not taken for the right ones; a finished file that is
  /// damaged, or of another dtype, is not passed over.
  @Test func whatIsNotTheSameIsFound() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/f"
    let stored = try Self.make(path)
    let (backbone, files) = (try Self.backbone(), FeatureFolder(path))
    let test = files.featurePath(.test, checksum: backbone.checksum)
    let train = files.featurePath(.train, checksum: backbone.checksum)
    let whole = try Data(contentsOf: URL(fileURLWithPath: test))
    try Data(contentsOf: URL(fileURLWithPath: train)).write(to: URL(fileURLWithPath: test))
    #expect(throws: Failure.self) { try FrozenResults().imageFeatures(of: stored.testSet(), by: backbone) }
    func writer(_ dtype: DType = .float32) throws -> FeatureFileWriter {
      FeatureFileWriter(Self.task().testSet(), of: .test, in: files, by: backbone, dtype: dtype)
    }
    #expect(throws: Failure.self) { try writer().run() }
    var damaged = whole
    damaged[whole.count - 90] ^= 1
    try damaged.write(to: URL(fileURLWithPath: test))
    #expect(throws: Failure.self) { try writer().run() }
    try whole.write(to: URL(fileURLWithPath: test))
    #expect(try writer().run() == 0)
    #expect(throws: Failure.self) { try writer(.float16).run() }
    let other = StoredTask(
      name: "tiny", classNames: ["cat", "dog", "bird"], domainTemplate: "a drawing of a {}.",
      training: Self.images(150, seed: 7), test: Self.images(9, seed: 2))
    let error = #expect(throws: Failure.self) {
      try files.keep(other, [(.train, try other.trainingSet(.all, seed: 1)), (.test, other.testSet())])
    }
    #expect(error?.description.contains("contents in train differ") == true)
  }

  @Test func otherImagesAreRefused() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/f"
    _ = try Self.make(path)
    let task = Self.task(151)
    let error = #expect(throws: Failure.self) {
      try FeatureFolder(path).keep(task, [(.train, try task.trainingSet(.all, seed: 1)), (.test, task.testSet())])
    }
    #expect(error?.description.contains("150 of train, now 151") == true)
    try FeatureFolder("\(path)2").keep(Self.task(), [(.val, Self.images(40))])
    let writer = FeatureFileWriter(
      Self.images(40), of: .val, in: FeatureFolder("\(path)2"), by: try Self.backbone(), dtype: .float32)
    #expect(try writer.run(shouldStop: { true }) == nil)
    #expect(throws: Failure.self) {
      try FeatureFileWriter(
        Self.images(40), of: .val, in: FeatureFolder("\(path)2"), by: try Self.backbone(), dtype: .float16
      )
      .run()
    }
    for name in ["task.json", "train.safetensors"] {
      let file = "\(path)/\(name)"
      let whole = try Data(contentsOf: URL(fileURLWithPath: file))
      try whole.dropLast(9).write(to: URL(fileURLWithPath: file))
      #expect(throws: Failure.self) { try StoredTask(features: path) }
      try whole.write(to: URL(fileURLWithPath: file))
    }
    #expect(throws: Failure.self) { try StoredTask(features: "\(folder.path)/nothing") }
    _ = try StoredTask(features: path)
  }
}
