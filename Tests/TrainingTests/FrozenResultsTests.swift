import Basics
import CLIPModel
import FeatureStore
import Datasets
import Foundation
import StandardPlugins
import Optimization
import Images
import PromptLearning
import Synchronization
import Tensors
import TestSupport
import Testing
import Training

@Suite struct FrozenResultsTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func cached() -> FrozenResults { FrozenResults(cache: Cache(folder.path)) }

  private func found(_ results: FrozenResults) -> [String] {
    results.uses.map { "\($0.kind.rawValue) \($0.found)/\($0.count)" }
  }

  private func bits(_ tensor: Tensor) -> [UInt32] { tensor.elements.map(\.bitPattern) }

  /// Why every image goes through the encoder on its own: rows of a product have other last bits beside other rows.
  @Test(arguments: ["random:tiny", "embedded:student"])
  func featuresOfAnImageDoNotDependOnOthers(_ name: String) throws {
    let isTiny = name == "random:tiny"
    let backbone = try isTiny ? TinyRun.backbone() : Backbone(named: name)
    let set =
      try isTiny
      ? TinyRun.images(70) : TaskRegistry.standard.task(named: "world:shapes").testSet().subset(Array(0..<70))
    let together = try FrozenResults().imageFeatures(of: set, by: backbone).tensor()
    #expect(together.shape == [70, backbone.configuration.embedDimension])
    for order in [Array((0..<70).reversed()), Array(0..<7), Array(30..<64), [69], [5, 5, 4]] {
      let features = try FrozenResults().imageFeatures(of: set.subset(order), by: backbone).tensor()
      for (row, index) in order.enumerated() {
        #expect(bits(features.rows(row..<row + 1)) == bits(together.rows(index..<index + 1)), "image \(index)")
      }
    }
    // And they are those that the encoder gives.
    let pixels = try set.tensor(Array(0..<70), preprocessing: backbone.preprocessing)
    let expected = backbone.model.imageFeatures(pixels).rowsNormalized().value
    #expect(zip(together.elements, expected.elements).allSatisfy { abs($0 - $1) < 1e-5 })
  }

  /// 300 images are more than a file has rows.
  @Test func featuresAreTheSameWithoutACacheColdPartlyWarmAndWarm() throws {
    let (set, backbone) = (TinyRun.images(300), try TinyRun.backbone())
    let expected = bits(try FrozenResults().imageFeatures(of: set, by: backbone).tensor())
    let some = cached()
    #expect(try bits(some.imageFeatures(of: set.subset(Array(40..<90)), by: backbone).tensor()).count == 50 * 16)
    #expect(found(some) == ["image-features 0/50"])
    let partly = cached()
    #expect(try bits(partly.imageFeatures(of: set, by: backbone).tensor()) == expected)
    #expect(found(partly) == ["image-features 50/300"])
    let warm = cached()
    #expect(try bits(warm.imageFeatures(of: set, by: backbone).tensor()) == expected)
    #expect(found(warm) == ["image-features 300/300"])
    // Asked for again in the same process, they are not counted again.
    #expect(try bits(warm.imageFeatures(of: set, by: backbone).tensor()) == expected)
    #expect(found(warm) == ["image-features 300/300"])
    #expect(FrozenResults().uses.isEmpty)
  }

  @Test func textsAreKeptAsTheListThatTheyWereEncodedIn() throws {
    let backbone = try TinyRun.backbone()
    let texts = try TinyRun.context().sequences(template: "a {}")
    let expected = bits(try FrozenResults().textFeatures(of: texts, by: backbone))
    #expect(try bits(backbone.model.textFeatures(texts).rowsNormalized().value) == expected)
    #expect(try bits(cached().textFeatures(of: texts, by: backbone)) == expected)
    let warm = cached()
    #expect(try bits(warm.textFeatures(of: texts, by: backbone)) == expected)
    #expect(found(warm) == ["text-features 3/3"])
    let fewer = cached()
    _ = try fewer.textFeatures(of: TextPrompts(sequences: Array(texts.sequences.dropLast())), by: backbone)
    #expect(found(fewer) == ["text-features 0/2"])
  }

  @Test func otherWeightsPreprocessingOrImagesAreMissed() throws {
    let (set, backbone) = (TinyRun.images(4), try TinyRun.backbone())
    let before = try cached().imageFeatures(of: set, by: backbone).tensor()
    var preprocessing = TinyRun.preprocessing
    preprocessing.mean[2] += 0.01
    let darker = try Backbone(
      name: "random:tiny", weights: TinyRun.weights, tokenizer: nil, preprocessing: preprocessing)
    let heavier = try Backbone(
      name: "random:tiny",
      weights: BackboneWeights(random: TinyRun.weights.configuration, seed: 4), tokenizer: nil,
      preprocessing: TinyRun.preprocessing)
    for other in [darker, heavier] {
      let results = cached()
      let features = try results.imageFeatures(of: set, by: other).tensor()
      #expect(found(results) == ["image-features 0/4"])
      #expect(bits(features) != bits(before))
      #expect(try bits(features) == bits(FrozenResults().imageFeatures(of: set, by: other).tensor()))
    }
    let changed = ImageSet(labels: set.labels, names: set.names) { index in
      var image = try set.image(at: index)
      if index == 2 { image.pixels[100] ^= 1 }
      return image
    }
    let results = cached()
    #expect(try bits(results.imageFeatures(of: changed, by: backbone).tensor()) != bits(before))
    #expect(found(results) == ["image-features 3/4"])
    // The name of a backbone or an image is nothing.
    let renamed = cached()
    _ = try renamed.imageFeatures(
      of: ImageSet(labels: set.labels, names: ["a", "b", "c", "d"]) { try set.image(at: $0) },
      by: Backbone(name: "other", weights: TinyRun.weights, tokenizer: nil, preprocessing: TinyRun.preprocessing))
    #expect(found(renamed) == ["image-features 4/4"])
  }

  @Test func damagedRowsAreComputedAgain() throws {
    let (set, backbone) = (TinyRun.images(5), try TinyRun.backbone())
    let expected = bits(try cached().imageFeatures(of: set, by: backbone).tensor())
    let path = try #require(files().first)
    var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    // In the features: the index, of 32 bytes a row, stands behind them.
    bytes[bytes.count - 5 * 32 - 30] ^= 4
    try bytes.write(to: URL(fileURLWithPath: path))
    let results = cached()
    #expect(try bits(results.imageFeatures(of: set, by: backbone).tensor()) == expected)
    #expect(found(results) == ["image-features 4/5"])
    #expect(try bits(cached().imageFeatures(of: set, by: backbone).tensor()) == expected)
  }

  @Test func runsEndTheSameWithAndWithoutACache() throws {
    for structure: any PromptStructure in [TinyRun.coop(), SeenCoOp(options: TinyRun.options())] {
      let set = try images(10)
      func run(_ results: FrozenResults) throws -> ParameterSet {
        var configuration = TinyRun.configuration()
        configuration.structure = structure.specification.text
        let trainer = try Trainer(
          try TinyRun.model(structure), from: try TinyRun.initial(structure, try TinyRun.context()),
          supervision: Supervision(HardLabel()), configuration: configuration, training: set,
          validation: TinyRun.images(9, seed: 2), backbone: TinyRun.backbone(), frozen: results)
        return try trainer.run()
      }
      let expected = try run(FrozenResults())
      #expect(try run(cached()) == expected)
      let warm = cached()
      #expect(try run(warm) == expected)
      #expect(found(warm) == (structure is SeenCoOp ? ["images 10/10"] : ["image-features 19/19"]))
    }
  }

  @Test func imageFilesAreDecodedOnce() throws {
    let set = try images(6)
    func features(_ results: FrozenResults) throws -> [[Float]] {
      var rows: [[Float]] = []
      try Evaluator(
        TinyRun.model(SeenCoOp(options: TinyRun.options())), on: set, backbone: TinyRun.backbone(), frozen: results
      ).forEachImage(TinyRun.trainer().initialState.parameters) { rows.append($1) }
      return rows
    }
    let expected = try features(FrozenResults())
    #expect(try features(cached()) == expected)
    let warm = cached()
    #expect(try features(warm) == expected)
    #expect(found(warm) == ["images 6/6"])

    // A file of the same name with other contents is another image.
    try image(99).writePNG(to: set.names[2])
    let changed = cached()
    let seen = try features(changed)
    #expect(found(changed) == ["images 5/6"])
    #expect(seen[2] != expected[2] && seen[1] == expected[1])

    // Damage is noticed when the image is read.
    for path in files() {
      var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
      bytes[bytes.count / 2] ^= 1
      try bytes.write(to: URL(fileURLWithPath: path))
    }
    #expect(try features(cached()) == seen)
  }

  /// A generated image is generated as fast as it is read.
  @Test func drawnImagesAreNotKept() throws {
    let results = cached()
    _ = try Evaluator(
      TinyRun.model(SeenCoOp(options: TinyRun.options())), on: TinyRun.images(3), backbone: TinyRun.backbone(),
      frozen: results)
    #expect(results.uses.isEmpty && files().isEmpty)
  }

  @Test func timeIsPredictedFromAFewImages() throws {
    let (few, many) = (TinyRun.images(50), TinyRun.images(50_000))
    let results = FrozenResults()
    let seconds = try results.predictedSeconds(of: many, by: TinyRun.backbone())
    #expect(seconds > 20 * (try results.predictedSeconds(of: few, by: TinyRun.backbone())))
    let start = ContinuousClock.now
    _ = try results.imageFeatures(of: few, by: TinyRun.backbone()).tensor()
    let measured = (ContinuousClock.now - start) / .seconds(1)
    // On a busy machine no two measurements agree better.
    #expect(seconds > measured * 1000 / 30 && seconds < measured * 1000 * 30)
  }

  @Test func progressIsToldToTheEnd() throws {
    let told = Mutex<[String]>([])
    let results = FrozenResults { work, done, count in told.withLock { $0.append("\(work) \(done)/\(count)") } }
    _ = try results.imageFeatures(of: TinyRun.images(10), by: TinyRun.backbone()).tensor()
    #expect(told.withLock { $0.last } == "image features 10/10")
    #expect(told.withLock { $0.count } == 10)
  }

  private func files() -> [String] {
    let below = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
    return below.filter { $0.hasSuffix(".safetensors") }.map { "\(folder.path)/\($0)" }.sorted()
  }

  private func image(_ index: Int) throws -> RGBImage {
    var stream = RandomStream(name: "picture \(index)")
    return RGBImage(
      width: 12, height: 10, pixels: (0..<12 * 10 * 3).map { _ in UInt8(truncatingIfNeeded: stream.next()) })
  }

  /// Files of noise, labelled in turn.
  private func images(_ count: Int) throws -> ImageSet {
    let paths = try (0..<count).map { index in
      let path = "\(folder.path)/\(index).png"
      try image(index).writePNG(to: path)
      return path
    }
    return ImageSet(labels: paths.indices.map { $0 % 3 }, files: paths)
  }
}
