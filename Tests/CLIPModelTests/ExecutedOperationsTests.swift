import Basics
import CLIPModel
import Foundation
import Tensors
import Testing

/// What the encoders execute and hold, measured in a process of its own, beside what is counted as needed.
@Suite("What is executed is at least what is counted, and not much more")
struct ExecutedOperationsTests {
  /// Prompts of one of the kinds that methods use, on random weights.
  enum Sample: String, CaseIterable, Codable, Sendable, CustomTestStringConvertible {
    case sharedContext, contextOfEachClass, contextOfEachImage, deepText, textKeysAndValues
    case shallowVision, deepVision, visionInAllLayers, visionKeysAndValues, noVision

    var testDescription: String { rawValue }

    private static let configuration = CLIPConfiguration(
      text: .init(width: 128, layers: 4, heads: 2), vision: .init(width: 192, layers: 4, heads: 3),
      embedDimension: 64, contextLength: 77, vocabularySize: 500, patchSize: 8, imageSize: 56, activation: .quickGELU)
    private static let (classes, images, length) = (12, 6, 8)

    private static func random(_ shape: [Int], _ name: String) -> Variable {
      var stream = RandomStream(purpose: "executed", task: name, seed: 1)
      return .parameter(Tensor(shape: shape, stream.normals(shape.reduce(1, *), deviation: 0.02)))
    }

    private func layers(_ count: Int, width: Int, of sequences: Int? = nil) -> [LayerPrompt] {
      let shape = (sequences.map { [$0] } ?? []) + [Self.length, width]
      return (0..<count).map { .tokens(Self.random(shape, "layer \($0)")) }
    }

    private func keysAndValues(width: Int) -> [LayerPrompt] {
      (0..<4).map {
        .keysAndValues(
          .init(
            keys: Self.random([Self.length, width], "keys \($0)"),
            values: Self.random([Self.length, width], "values \($0)"), space: .projected))
      }
    }

    private var texts: TextPrompts? {
      let sequences = (0..<Self.classes).map { label in
        [TextRow.token(498)] + (0..<Self.length).map(TextRow.prompt) + (0...label % 4).map { .token(label + $0) }
          + [.token(499)]
      }
      let width = Self.configuration.text.width
      return switch self {
      case .sharedContext: TextPrompts(sequences: sequences, layers: layers(1, width: width))
      case .contextOfEachClass:
        TextPrompts(sequences: sequences, layers: layers(1, width: width, of: Self.classes), scope: .perClass)
      case .contextOfEachImage:
        TextPrompts(sequences: sequences, layers: layers(1, width: width, of: Self.images), scope: .perImage)
      case .deepText: TextPrompts(sequences: sequences, layers: layers(3, width: width))
      case .textKeysAndValues: TextPrompts(sequences: sequences, layers: keysAndValues(width: width))
      default: nil
      }
    }

    private var vision: VisionPrompts? {
      let width = Self.configuration.vision.width
      return switch self {
      case .shallowVision: VisionPrompts(layers: layers(1, width: width))
      case .deepVision: VisionPrompts(layers: layers(3, width: width))
      case .visionInAllLayers: VisionPrompts(layers: layers(4, width: width))
      case .visionKeysAndValues: VisionPrompts(layers: keysAndValues(width: width))
      default: nil
      }
    }

    /// A step with these prompts, counted and measured; for a process of its own.
    func measured() throws -> Measured {
      let model = BackboneWeights(random: Self.configuration, seed: 1).model
      let before = Measurement.bytes
      var kept = 0
      func operations(_ encode: () throws -> Variable) rethrows -> Double {
        try Measurement.operations {
          let features = try encode()
          kept = Measurement.bytes - before
          if features.requiresGradient { _ = features.sum().gradients() }
        }
      }
      let (needed, memory, executed): (OperationCount, MemoryCount, Double)
      if let texts {
        needed = OperationCount(Self.configuration, texts: texts)
        memory = MemoryCount(Self.configuration, texts: texts, limit: nil)
        executed = try operations { try model.textFeatures(texts) }
      } else {
        let (pixels, vision) = (Self.random([Self.images, 3, 56, 56], "images").value, vision)
        needed = OperationCount(Self.configuration, images: Self.images, prompts: vision)
        memory = MemoryCount(Self.configuration, images: Self.images, prompts: vision, limit: nil)
        executed = operations { model.imageFeatures(pixels, prompts: vision) }
      }
      return Measured(
        operations: executed / needed.total, kept: memory.kept == 0 ? 0 : Double(kept) / Double(memory.kept),
        total: Double(Measurement.mostBytes - before) / Double(memory.total))
    }
  }

  /// Measured as a share of what is counted.
  struct Measured: Codable {
    let operations: Double
    let kept: Double
    let total: Double
  }

  @Test(arguments: Sample.allCases)
  func shares(sample: Sample) async throws {
    let result = await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
      [sample = sample as Sample] in
      FileHandle.standardError.write(Data("measured \(try JSONText.encode(sample.measured()))\n".utf8))
    }
    let lines = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self).split(separator: "\n")
    let line = try #require(lines.first { $0.hasPrefix("measured ") })
    let measured = try JSONText.decode(Measured.self, Data(line.dropFirst(9).utf8), origin: "the child process")
    #expect(measured.operations >= 1 && measured.operations <= 1.2, "\(measured)")
    // The pool rounds the sizes of tensors up.
    #expect(measured.kept <= 1.05 && (measured.kept >= 0.75 || sample == .noVision), "\(measured)")
    #expect(measured.total <= 1 && measured.total >= 0.5, "\(measured)")
  }
}
