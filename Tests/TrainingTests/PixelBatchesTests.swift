import Basics
import CLIPModel
import Datasets
import Images
import Tensors
import Testing
import Training

@Suite struct PixelBatchesTests {
  private static let stream = RandomStream(name: "augmentation of tests")
  private static let inputs = [ImagePreprocessing(size: 8), ImagePreprocessing(size: 6)]
  private static let steps = (0..<3).flatMap { epoch in
    [[3, 1, 0], [2, 4, 9], [7, 7, 5]].map { PixelBatches.Batch(epoch: epoch, indices: $0) }
  }

  private func batches(_ augmentation: Augmentation = .randAugment, worksAhead: Bool) -> PixelBatches {
    PixelBatches(
      DecodedImages(TinyRun.images(10)), augmentation, for: Self.inputs, from: Self.stream, worksAhead: worksAhead)
  }

  @Test func workingAheadChangesNothing() throws {
    let expected = try Self.steps.map { try batches(worksAhead: false).pixels($0) }
    #expect(expected.allSatisfy { $0.map(\.shape) == [[3, 3, 8, 8], [3, 3, 6, 6]] })
    let ahead = batches(worksAhead: true)
    for (number, step) in Self.steps.enumerated() {
      ahead.begin(Array(Self.steps[number...].prefix(3)))
      #expect(try ahead.pixels(step) == expected[number], "step \(number)")
    }
    // Begun but never asked for, asked for but never begun, and in another order.
    let other = batches(worksAhead: true)
    other.begin(Array(Self.steps[0..<4]))
    for number in [8, 2, 0, 5, 2] { #expect(try other.pixels(Self.steps[number]) == expected[number]) }
  }

  /// What an image becomes follows from its place in the set and the epoch.
  @Test func imagesAreChangedAsTheirStreamSays() throws {
    let set = TinyRun.images(10)
    let changed = batches(.cropFlip, worksAhead: true)
    for (epoch, indices) in [(0, [4, 9]), (5, [4, 4])] {
      let images = try indices.map { index in
        Augmentation.cropFlip(
          try set.image(at: index), side: 8, from: Self.stream.substream(epoch).substream(index))
      }
      let pixels = try changed.pixels(.init(epoch: epoch, indices: indices))
      #expect(pixels[0] == Self.inputs[0].tensor(pixels: images.flatMap(\.pixels)))
    }
    let epochs = try (0..<8).map { try changed.pixels(.init(epoch: $0, indices: [4]))[0].elements }
    #expect(Set(epochs).count > 5)
  }

  /// An image has 192 bytes.
  @Test(arguments: [(0, 0), (191, 0), (400, 384), (1 << 20, 10 * 192)])
  func decodedImagesAreKeptWithinABudget(_ budget: Int, _ kept: Int) throws {
    let set = TinyRun.images(10)
    let images = DecodedImages(set, budget: budget)
    for _ in 0..<2 { for index in 0..<10 { #expect(try images.image(at: index) == set.image(at: index)) } }
    #expect(images.bytes == kept)
  }

  @Test func anImageThatCannotBeReadIsNamedByTheStepThatNeedsIt() throws {
    let set = ImageSet(labels: [0, 0], names: ["whole", "broken"]) { index in
      guard index == 0 else { throw Failure("cannot be drawn") }
      return RGBImage(width: 9, height: 7, gray: 100)
    }
    for worksAhead in [false, true] {
      let batches = PixelBatches(
        DecodedImages(set), .cropFlip, for: Self.inputs, from: Self.stream, worksAhead: worksAhead)
      let steps = [[0], [1]].map { PixelBatches.Batch(epoch: 0, indices: $0) }
      batches.begin(steps)
      _ = try batches.pixels(steps[0])
      #expect(throws: Failure("broken: cannot be drawn")) { try batches.pixels(steps[1]) }
    }
  }
}
