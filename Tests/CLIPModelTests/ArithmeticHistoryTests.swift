import Basics
import CLIPModel
import Foundation
import Testing

@Suite struct ArithmeticHistoryTests {
  private func arithmetic(_ kernels: String, _ images: String = "1") throws -> Arithmetic {
    let text = "{\"kernels\":\"\(kernels)\",\"images\":\"\(images)\",\"texts\":\"2\"}"
    return try JSONText.decode(Arithmetic.self, Data(text.utf8), origin: "test")
  }

  @Test func theSameArithmeticNeedsNoWord() throws {
    var history = ArithmeticHistory()
    #expect(history.goOn(in: try arithmetic("Zen"), at: 0) == nil)
    #expect(history.goOn(in: try arithmetic("Zen"), at: 7) == nil)
    #expect(history.periods.map(\.firstStep) == [0])
  }

  @Test func anotherOneIsSaidAndKept() throws {
    var history = ArithmeticHistory()
    _ = history.goOn(in: try arithmetic("Zen"), at: 0)
    #expect(
      history.goOn(in: try arithmetic("Haswell"), at: 7)
        == "goes on with Haswell kernels, ran with Zen until step 7: results agree but for rounding")
    #expect(
      history.goOn(in: try arithmetic("Haswell", "other"), at: 9)
        == "goes on with Haswell kernels as before, but on a processor or with libraries that round differently than until "
        + "step 9: results agree but for rounding")
    #expect(history.periods.map(\.firstStep) == [0, 7, 9])
    #expect(history.periods.map(\.arithmetic.kernels) == ["Zen", "Haswell", "Haswell"])
    let text = try JSONText.encode(history)
    #expect(try JSONText.decode(ArithmeticHistory.self, Data(text.utf8), origin: "test") == history)
  }

  /// A process that stopped before its first step leaves no period.
  @Test func whatMadeNoStepIsForgotten() throws {
    var history = ArithmeticHistory()
    _ = history.goOn(in: try arithmetic("Zen"), at: 0)
    #expect(history.goOn(in: try arithmetic("Haswell"), at: 0) == nil)
    #expect(history.periods.map(\.arithmetic.kernels) == ["Haswell"])
    #expect(history.goOn(in: try arithmetic("Zen"), at: 5) != nil)
    #expect(history.goOn(in: try arithmetic("Haswell"), at: 5) == nil)
    #expect(history.periods.map(\.firstStep) == [0])
  }

  @Test(arguments: [[1], [0, 0], [0, 5, 3]]) func stepsMustRiseFromZero(_ steps: [Int]) throws {
    let part = "\"arithmetic\":{\"kernels\":\"Zen\",\"images\":\"1\",\"texts\":\"2\"}"
    let text = steps.map { "{\"firstStep\":\($0),\(part)}" }.joined(separator: ",")
    #expect(throws: Failure.self) {
      try JSONText.decode(ArithmeticHistory.self, Data("[\(text)]".utf8), origin: "test")
    }
  }

  @Test func theFingerprintIsTheSameEveryTimeAndOfTheWeights() throws {
    func backbone(_ seed: UInt64) throws -> Backbone {
      try Backbone(
        name: "tiny", weights: BackboneWeights(random: TinyBackbone.configuration, seed: seed), tokenizer: nil,
        preprocessing: ImagePreprocessing(size: TinyBackbone.configuration.imageSize))
    }
    let one = Arithmetic(of: try backbone(1))
    #expect(try Arithmetic(of: backbone(1)) == one)
    #expect(try Arithmetic(of: backbone(2)) != one)
    #expect(one.images.count == 32 && one.texts.count == 32 && !one.kernels.isEmpty)
  }
}
