import Basics
import CLIPModel
import Datasets
import Images
import PromptLearning
import Testing

@Suite struct ImageSetPreprocessingTests {
  private let set = ImageSet(labels: [0, 1, 2, 2, 3], names: ["a", "b", "c", "d", "e"]) { index in
    RGBImage(width: 9, height: 6, gray: UInt8(index * 10))
  }

  @Test func tensorHoldsTheFittedImagesInTheOrderAskedFor() throws {
    let preprocessing = ImagePreprocessing(size: 4, mean: [0, 0.5, 1], deviation: [1, 0.5, 2])
    let tensor = try set.tensor([4, 1, 1], preprocessing: preprocessing)
    #expect(tensor.shape == [3, 3, 4, 4])
    let values = tensor.withElements { Array($0) }
    for (image, gray) in [Float(40), 10, 10].enumerated() {
      let expected = [gray / 255, (gray / 255 - 0.5) / 0.5, (gray / 255 - 1) / 2]
      for channel in 0..<3 {
        let start = (image * 3 + channel) * 16
        #expect(values[start..<start + 16].allSatisfy { abs($0 - expected[channel]) < 1e-6 })
      }
    }
  }

  @Test func errorsNameTheFirstOfSeveralImages() {
    let broken = ImageSet(labels: [0, 0, 0, 0], names: ["a.png", "b.png", "c.png", "d.png"]) { index in
      if index == 1 { throw Failure("b.png: is cut") }
      if index == 3 { throw Failure("too wide") }
      return RGBImage(width: 2, height: 2, gray: 0)
    }
    let preprocessing = ImagePreprocessing(size: 2)
    #expect(throws: Failure("b.png: is cut")) { try broken.tensor([0, 1, 2, 3], preprocessing: preprocessing) }
    #expect(throws: Failure("d.png: too wide")) { try broken.tensor([0, 3, 1], preprocessing: preprocessing) }
  }
}
